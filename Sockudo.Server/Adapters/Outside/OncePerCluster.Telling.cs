namespace Sockudo.Server.Adapters.Outside;

/// <summary>Whether it is this node's to tell, again and again until it is told here or said elsewhere.</summary>
internal sealed partial class OncePerCluster
{
    // How soon a node looks again whether it has become the owner. Unit: milliseconds.
    private const int OwnerPollMs = 250;

    private bool _isJoined; // only TellDue's thread reads it

    /// <summary>Tells what is due and still true, if it is this node's to tell. To be called several times a second.</summary>
    public void TellDue()
    {
        if (!_isJoined && Ownership.IsJoined) Join();
        lock (_gate)
        {
            var now = Now;
            while (_looks.TryPeek(out var note, out var at) && at <= now)
            {
                _looks.Dequeue();
                if (note.LookAt != at) continue;
                note.LookAt = long.MaxValue;
                Look(note, now);
            }
        }
    }

    /// <summary>
    /// The node stops, and its clients have gone. The last one tells that at once: nobody will be there to see whether they come back.
    /// With other nodes it is theirs to tell.
    /// </summary>
    public void TellBeforeEnd()
    {
        if (!Ownership.IsAlone) return;
        lock (_gate)
        {
            foreach (var note in _notes.Values.Where(static note => note.IsUntold || note.IsDoubtful).OrderBy(static note => note.ChangedAt).ToList()) TellAll(note);
        }
    }

    // What happened here before this node had joined, seen with what it knows now.
    private void Join()
    {
        List<Note> notes;
        lock (_gate) notes = [.. _notes.Values];

        // Outside the lock: to look at a channel takes its turn, in which ours is taken.
        var truths = notes.ConvertAll(note => Ownership.IsTrue(note.Key));
        lock (_gate)
        {
            _isJoined = true;
            foreach (var (note, truth) in notes.Zip(truths))
            {
                if (note.IsGuess) (note.Truth, note.IsGuess) = (truth, false);
                if (!note.Told) Ownership.AnnounceUntold(note.Key);
                if (note.IsUntold) LookAgain(note, note.ChangedAt + DelayOf(note));
            }
        }
    }

    private void Look(Note note, long now)
    {
        var age = now - note.ChangedAt;
        var haveSaid = note.IsDoubtful ? HaveSaid(note.Doubted, now - note.DoubtfulSince - ToldWithinMs) : true;
        if (haveSaid == true) note.IsDoubtful = false;
        if (note.IsUntold || note.IsDoubtful)
        {
            if (age < DelayOf(note))
            {
                LookAgain(note, note.ChangedAt + DelayOf(note));
                return;
            }

            // Of a doubt that is all there is, who told is waited for as long as it lives.
            switch (note.IsUntold || haveSaid == false ? Ownership.IsOwner(note.App.Id, note.Key.OwnedBy, age, age - DelayOf(note)) : null)
            {
                case true:
                    TellAll(note);
                    break;
                case not true when age >= Ownership.SettledAfterMs && note is { IsUntold: true, IsToldGuess: false, IsHandedOver: false } && !Ownership.DoesOwnerKnow(note.App.Id, note.Key.OwnedBy, age):
                    // Said of what was told last, whoever told it: the owner compares that with what is true.
                    note.IsHandedOver = true;
                    Ownership.HandOver(note.Key, note.Told);
                    LookAgain(note, now + Ownership.SettledAfterMs);
                    return;
                case false when age >= Ownership.SettledAfterMs:
                    // Its owner lives and had the time: it has told, or for it nothing changed.
                    Forget(note);
                    return;
                default:
                    // Rarely in the end: a queue that is away for long makes many of them.
                    LookAgain(note, now + Math.Max(OwnerPollMs, (age - DelayOf(note)) / 16));
                    return;
            }
        }

        // After an outage others may still pass on what they knew before it: until they have heard the news, this node must know better.
        if (age < Ownership.SettledAfterMs) LookAgain(note, note.ChangedAt + Ownership.SettledAfterMs);
        else if (Ownership.IsNew) LookAgain(note, now + Ownership.SettledAfterMs);
        else Forget(note);
    }

    private bool? HaveSaid(Tellers tellers, long agoMs) => agoMs < 0 ? null : Ownership.HaveSaid(tellers, agoMs);

    private void TellAll(Note note)
    {
        if (note is { IsUntold: false, IsDoubtful: true, Truth: false }) Tell(note, isOn: true);
        Tell(note, note.Truth);
        note.IsDoubtful = false;
    }

    private void Tell(Note note, bool isOn)
    {
        (note.Told, note.IsToldGuess, note.IsToldKnown) = (isOn, false, true);
        switch (note.Key.Kind)
        {
            case TransitionKind.Channel when isOn:
                outside.ChannelOccupied(note.App, note.Channel);
                break;
            case TransitionKind.Channel:
                outside.ChannelVacated(note.App, note.Channel);
                break;
            case TransitionKind.Member when isOn:
                outside.MemberAdded(note.App, note.Channel, note.Key.UserId);
                break;
            case TransitionKind.Member:
                outside.MemberRemoved(note.App, note.Channel, note.Key.UserId);
                break;
            case TransitionKind.User when isOn:
                outside.UserOnline(note.App, note.Key.UserId, isKnown: false);
                break;
            default:
                outside.UserOffline(note.App, note.Key.UserId);
                break;
        }

        Ownership.AnnounceTold(note.Key, isOn);
    }
}
