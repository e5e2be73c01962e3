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
/// <see cref="Capacity"/> things under way a transition is told at once by its owner and not kept (<see cref="NotKept"/>); what is to be
/// looked at is at most twice as much (<see cref="Looks"/>), however often a thing goes to and fro.
/// </summary>
internal sealed partial class OncePerCluster(IOccupancyObserver outside, Func<App, TransitionKind, bool> isWanted, TimeProvider time) : IOccupancyObserver
{
    /// <summary>How long after it went something is told to have gone. Unit: milliseconds.</summary>
    public const int LeaveDelayMs = 3000;

    /// <summary>How long an owner has to tell what is due, to have it stored and to say so. Unit: milliseconds.</summary>
    public const int ToldWithinMs = 1000;

    /// <summary>How many things can be under way.</summary>
    public const int Capacity = 200_000;

    /// <summary>How many looks may be left behind before they are swept out.</summary>
    public const int SpareLooks = 1024;

    private readonly Lock _gate = new(); // guards both collections and the notes in them
    private readonly Dictionary<TransitionKey, Note> _notes = [];
    private readonly PriorityQueue<Note, long> _looks = new();
    private readonly long _start = time.GetTimestamp();
    private long _notKept;

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

    /// <summary>How many times something is to be looked at.</summary>
    public int Looks
    {
        get
        {
            lock (_gate) return _looks.Count;
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

    /// <summary>
    /// Another node announced what it told, or (<paramref name="isHandOver"/>) what it knows to have been told last: that may be old, and says
    /// nothing to a node that told or heard it itself. Not to be called in a channel's or user's turn.
    /// </summary>
    public void ToldElsewhere(App app, TransitionKey key, ChannelName channel, bool isOn, bool isHandOver)
    {
        // Before this node has joined it does not see what is true: that what was told is, is the best guess.
        var isGuess = !Ownership.IsJoined;
        var truth = isGuess ? isOn : Ownership.IsTrue(key);
        lock (_gate)
        {
            var now = Now;
            if (!_notes.TryGetValue(key, out var note) && !TryKeep(note = new Note(key, app, channel) { IsGuess = true })) return;
            if (isHandOver && note.IsToldKnown) return;
            if (note.IsGuess) (note.Truth, note.IsGuess) = (truth, isGuess);
            (note.Told, note.IsToldGuess, note.IsToldKnown) = (isOn, false, !isHandOver);

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

    private void Change(Note note, long now) =>
        (note.ChangedAt, note.Tellers, note.IsHandedOver) = (now, Ownership.TellersNow(note.App.Id, note.Key.OwnedBy), false);

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

    private void LookAgain(Note note, long at)
    {
        if (at >= note.LookAt) return;
        note.LookAt = at;
        _looks.Enqueue(note, at);
        if (_looks.Count <= (2 * _notes.Count) + SpareLooks) return;

        // A thing that goes to and fro leaves a look behind each time. Those that count are one a note at most.
        _looks.Clear();
        foreach (var kept in _notes.Values)
        {
            if (kept.LookAt < long.MaxValue) _looks.Enqueue(kept, kept.LookAt);
        }
    }

    // A look at it that is left must not take the next note of the same thing for it.
    private void Forget(Note note)
    {
        note.LookAt = long.MaxValue;
        _notes.Remove(note.Key);
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

        /// <summary>Whether this node told it, or heard from the one that did; else it was passed on, or follows from what was seen.</summary>
        public bool IsToldKnown { get; set; }

        /// <summary>Whether <see cref="Truth"/> is from before this node had joined.</summary>
        public bool IsGuess { get; set; }

        /// <summary>Whether its owner may have told that it went to and fro, and nothing says so.</summary>
        public bool IsDoubtful { get; set; }

        public long DoubtfulSince { get; set; }

        /// <summary>Who may have told of that.</summary>
        public Tellers Doubted { get; set; }

        public long ChangedAt { get; set; }

        /// <summary>Whether an owner that came later was let know of it.</summary>
        public bool IsHandedOver { get; set; }

        /// <summary>Which other nodes it was for to tell of the change.</summary>
        public Tellers Tellers { get; set; }

        /// <summary>When it is looked at next.</summary>
        public long LookAt { get; set; } = long.MaxValue;

        public bool IsUntold => Told != Truth;
    }
}
