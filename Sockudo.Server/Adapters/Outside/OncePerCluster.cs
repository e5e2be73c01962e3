using Sockudo.Server.Apps;
using Sockudo.Server.Channels;

namespace Sockudo.Server.Adapters.Outside;

/// <summary>
/// Tells the outside (webhooks) once what every node sees: channels occupied and vacated, members added and removed, users online and
/// offline. What came is told at once, what went after <see cref="LeaveDelayMs"/> and only if it did not come back meanwhile: a page
/// that reloads tells nothing. Only the owner of a channel tells, and announces it; every other node keeps in mind what the outside was
/// last told and what is true, and tells the difference when it becomes the owner because the first died. So nothing true stays untold;
/// an owner that dies between telling and announcing makes it told twice. Something that came and went (or went for long and came back)
/// before anybody said that it was told is doubtful: its owner may have told the half of it. The next owner tells that it came, once more if
/// it was told, and then that it went, if it did. Of one thing on and off come in the order they happened.
/// The observer is called under this object's lock, within the channel's turn: it must enqueue and return. Thread-safe. Bounded: beyond
/// <see cref="Capacity"/> things under way a transition is told at once by its owner and not kept (<see cref="NotKept"/>).
/// </summary>
internal sealed class OncePerCluster(IOccupancyObserver outside, Func<App, TransitionKind, bool> isWanted, TimeProvider time) : IOccupancyObserver
{
    /// <summary>How long after it went something is told to have gone. Unit: milliseconds.</summary>
    public const int LeaveDelayMs = 3000;

    /// <summary>How long an owner has to tell what is due, to have it stored and to say so. Unit: milliseconds.</summary>
    public const int ToldWithinMs = 1000;

    /// <summary>How many things can be under way.</summary>
    public const int Capacity = 200_000;

    // How soon a node looks again whether it has become the owner. Unit: milliseconds.
    private const int OwnerPollMs = 250;

    private readonly Lock _gate = new(); // guards both collections and the notes in them
    private readonly Dictionary<TransitionKey, Note> _notes = [];
    private readonly PriorityQueue<Note, long> _looks = new();
    private readonly long _start = time.GetTimestamp();
    private long _notKept;
    private bool _isJoined; // only TellDue's thread reads it

    /// <summary>Whose it is to tell. Set before the first transition by whoever makes the adapter.</summary>
    public IOwnership Ownership { get; set; } = new SoleOwner();

    /// <summary>Transitions that were not kept because too many were under way.</summary>
    public long NotKept => Volatile.Read(ref _notKept);

    /// <summary>Things under way: not told yet, or told so lately that another node may not know.</summary>
    public int Pending
    {
        get
        {
            lock (_gate) return _notes.Count;
        }
    }

    private long Now => (long)time.GetElapsedTime(_start).TotalMilliseconds;

    public void ChannelOccupied(App app, ChannelName channel) => Changed(app, new(TransitionKind.Channel, app.Id, channel.Value, ""), channel, isOn: true);

    public void ChannelVacated(App app, ChannelName channel) => Changed(app, new(TransitionKind.Channel, app.Id, channel.Value, ""), channel, isOn: false);

    public void MemberAdded(App app, ChannelName channel, string userId) =>
        Changed(app, new(TransitionKind.Member, app.Id, channel.Value, userId), channel, isOn: true);

    public void MemberRemoved(App app, ChannelName channel, string userId) =>
        Changed(app, new(TransitionKind.Member, app.Id, channel.Value, userId), channel, isOn: false);

    public void SubscriptionCountChanged(App app, ChannelName channel, int count, Channel here)
    {
        // Has a cause on one node, which tells it.
    }

    public void UserOnline(App app, string userId, bool isKnown)
    {
        if (!isKnown) Changed(app, new(TransitionKind.User, app.Id, "", userId), default, isOn: true);
    }

    public void UserOffline(App app, string userId) =>
        Changed(app, new(TransitionKind.User, app.Id, "", userId), default, isOn: false);

    /// <summary>Another node announced what it told. Not to be called in a channel's or user's turn.</summary>
    public void ToldElsewhere(App app, TransitionKey key, ChannelName channel, bool isOn)
    {
        // Before this node has joined it does not see what is true: that what was told is, is the best guess.
        var isGuess = !Ownership.IsJoined;
        var truth = isGuess ? isOn : Ownership.IsTrue(key);
        lock (_gate)
        {
            var now = Now;
            if (!_notes.TryGetValue(key, out var note) && !TryKeep(note = new Note(key, app, channel) { IsGuess = true })) return;
            if (note.IsGuess) (note.Truth, note.IsGuess) = (truth, isGuess);
            (note.Told, note.IsToldGuess) = (isOn, false);

            // That something went is told seconds after it did: it says nothing of what came and went since.
            if (isOn || now - note.DoubtfulSince >= LeaveDelayMs - ToldWithinMs) note.IsDoubtful = false;
            Change(note, now);
            LookAgain(note, now + DelayOf(note));
        }
    }

    /// <summary>
    /// Another node has just joined and had something on before, of which it does not know that the outside was told. Not to be called in
    /// a channel's or user's turn.
    /// </summary>
    public void UntoldElsewhere(App app, TransitionKey key, ChannelName channel)
    {
        // A node that is here for long knows better: what it has no note of was told long ago.
        var isNew = Ownership.IsNew;
        var isGuess = !Ownership.IsJoined;
        var truth = isGuess || Ownership.IsTrue(key);
        lock (_gate)
        {
            var isKnown = _notes.TryGetValue(key, out var known) ? known is { Told: true, IsToldGuess: false } : !isNew && truth;
            if (isKnown && Ownership.IsOwner(app.Id, key.OwnedBy, 0, 0) == true)
            {
                // Those that joined with it do not know either: they must not tell it again when it becomes theirs.
                Ownership.AnnounceTold(key, isOn: true);
                return;
            }

            if (!isNew) return;
            var now = Now;
            if (!_notes.TryGetValue(key, out var note) && !TryKeep(note = new Note(key, app, channel) { IsGuess = true, IsToldGuess = true })) return;
            if (note.IsGuess) (note.Truth, note.IsGuess) = (truth, isGuess);
            if (!note.IsToldGuess) return;
            (note.Told, note.IsToldGuess) = (false, false);
            Change(note, now);
            LookAgain(note, now + DelayOf(note));
        }
    }

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

    private void Changed(App app, TransitionKey key, ChannelName channel, bool isOn)
    {
        if (!isWanted(app, key.Kind)) return;
        var isJoined = Ownership.IsJoined;
        lock (_gate)
        {
            var now = Now;
            var isKept = _notes.TryGetValue(key, out var note);

            // What went before this node joined came before it too, and was not its news: whoever was there keeps it in mind.
            if (!isKept && !isOn && !isJoined) return;
            if (note is null) isKept = TryKeep(note = new Note(key, app, channel) { Told = !isOn, IsToldGuess = !isOn });
            else if (note.IsUntold && note.Told == isOn) Doubt(note, now);
            (note.Truth, note.IsGuess) = (isOn, !isJoined);
            Change(note, now);
            if (!isKept)
            {
                if (Ownership.IsOwner(app.Id, key.OwnedBy, 0, 0) == true) TellAll(note);
                return;
            }

            var delay = DelayOf(note);
            if (delay == 0) Look(note, now);
            else LookAgain(note, now + delay);
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

    private void Change(Note note, long now) => (note.ChangedAt, note.Tellers) = (now, Ownership.TellersNow(note.App.Id, note.Key.OwnedBy));

    // What is untold here and is over was due at its owner, as far as two views may differ in time: it may have told.
    private void Doubt(Note note, long now)
    {
        if (now - note.ChangedAt < DelayOf(note) - ToldWithinMs) return;
        var tellers = note.Tellers.And(Ownership.TellersNow(note.App.Id, note.Key.OwnedBy));
        if (!tellers.IsNobody) (note.IsDoubtful, note.DoubtfulSince, note.Doubted) = (true, now, tellers);
    }

    private bool TryKeep(Note note)
    {
        if (_notes.Count < Capacity) return _notes.TryAdd(note.Key, note);
        _notKept++;
        return false;
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
                case false when age >= Ownership.SettledAfterMs:
                    // Its owner lives and had the time: it has told, or for it nothing changed.
                    _notes.Remove(note.Key);
                    return;
                default:
                    // Rarely in the end: a queue that is away for long makes many of them.
                    LookAgain(note, now + Math.Max(OwnerPollMs, (age - DelayOf(note)) / 16));
                    return;
            }
        }

        if (age >= Ownership.SettledAfterMs) _notes.Remove(note.Key);
        else LookAgain(note, note.ChangedAt + Ownership.SettledAfterMs);
    }

    private bool? HaveSaid(Tellers tellers, long agoMs) => agoMs < 0 ? null : Ownership.HaveSaid(tellers, agoMs);

    private void LookAgain(Note note, long at)
    {
        if (at >= note.LookAt) return;
        note.LookAt = at;
        _looks.Enqueue(note, at);
    }

    private void TellAll(Note note)
    {
        if (note is { IsUntold: false, IsDoubtful: true, Truth: false }) Tell(note, isOn: true);
        Tell(note, note.Truth);
        note.IsDoubtful = false;
    }

    private void Tell(Note note, bool isOn)
    {
        (note.Told, note.IsToldGuess) = (isOn, false);
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

    private static long DelayOf(Note note) => note.Truth ? 0 : LeaveDelayMs;

    /// <summary>What the outside was last told of a thing and what is true of it, by what this node knows.</summary>
    private sealed class Note(TransitionKey key, App app, ChannelName channel)
    {
        public TransitionKey Key => key;

        public App App => app;

        public ChannelName Channel => channel;

        public bool Told { get; set; }

        public bool Truth { get; set; }

        /// <summary>Whether <see cref="Told"/> only follows from its having been on.</summary>
        public bool IsToldGuess { get; set; }

        /// <summary>Whether <see cref="Truth"/> is from before this node had joined.</summary>
        public bool IsGuess { get; set; }

        /// <summary>Whether its owner may have told that it went to and fro, and nothing says so.</summary>
        public bool IsDoubtful { get; set; }

        public long DoubtfulSince { get; set; }

        /// <summary>Who may have told of that.</summary>
        public Tellers Doubted { get; set; }

        public long ChangedAt { get; set; }

        /// <summary>Which other nodes it was for to tell of the change.</summary>
        public Tellers Tellers { get; set; }

        /// <summary>When it is looked at next.</summary>
        public long LookAt { get; set; } = long.MaxValue;

        public bool IsUntold => Told != Truth;
    }
}
