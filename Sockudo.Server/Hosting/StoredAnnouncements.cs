using Sockudo.Server.Adapters.Outside;

namespace Sockudo.Server.Hosting;

/// <summary>
/// Lets the other nodes know what the outside was told only when the queue has it: until then the next owner must tell it if this node
/// dies. While the queue's broker is away, and for a moment after, nobody says so: then no silence is taken for having told. The
/// announcements of an app keep their order. Bounded by <see cref="MaxBytes"/>, of which an app has at most as much as is free: beyond it
/// the app's oldest is made at once, as if the queue had it. Thread-safe.
/// </summary>
/// <param name="inner">Whose it is to tell.</param>
/// <param name="noted">The place of what was noted last.</param>
/// <param name="storedUpTo">Up to which place everything is stored.</param>
/// <param name="canStore">Whether the queue can store now.</param>
/// <param name="time">The clock.</param>
internal sealed class StoredAnnouncements(IOwnership inner, Func<long> noted, Func<long> storedUpTo, Func<bool> canStore, TimeProvider time) : IOwnership
{
    /// <summary>Most memory of those that wait: 100,000 of ordinary names.</summary>
    public const long MaxBytes = 32L << 20;

    /// <summary>What one costs beside its names.</summary>
    public const int NoteBytes = 128;

    /// <summary>How long after the broker is back the other nodes may take to store what waited, and to say so.</summary>
    public static readonly TimeSpan CatchUp = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new(); // guards both below, and that what is announced keeps its order
    private readonly Dictionary<string, Waiting> _waiting = new(StringComparer.Ordinal); // by app, of those that wait for something
    private long _bytes;
    private readonly long _start = time.GetTimestamp();
    private long _silentUntil = -1; // milliseconds since _start

    public long SettledAfterMs => inner.SettledAfterMs;

    public bool IsAlone => inner.IsAlone;

    public bool IsJoined => inner.IsJoined;

    public bool IsNew => inner.IsNew;

    public bool? IsOwner(string appId, string name, long ageMs, long dueForMs) => inner.IsOwner(appId, name, ageMs, dueForMs) switch
    {
        false when Now <= Volatile.Read(ref _silentUntil) => null,
        var answer => answer,
    };

    public bool IsTrue(TransitionKey key) => inner.IsTrue(key);

    public bool DoesOwnerKnow(string appId, string name, long ageMs) => inner.DoesOwnerKnow(appId, name, ageMs);

    public Tellers TellersNow(string appId, string name) => inner.TellersNow(appId, name);

    public bool? HaveSaid(Tellers tellers, long agoMs) => inner.HaveSaid(tellers, agoMs) switch
    {
        true when Now <= Volatile.Read(ref _silentUntil) => null,
        var answer => answer,
    };

    private long Now => (long)time.GetElapsedTime(_start).TotalMilliseconds;

    public void AnnounceTold(TransitionKey key, bool isOn)
    {
        var note = new Note(noted(), key, isOn);
        lock (_gate)
        {
            if (!_waiting.TryGetValue(key.AppId, out var own)) _waiting.Add(key.AppId, own = new Waiting());
            own.Notes.Enqueue(note);
            Count(own, note.Bytes);
            while (own.Bytes > MaxBytes - _bytes && own.Notes.Count > 1) Announce(own);
        }
    }

    public void HandOver(TransitionKey key, bool isOn) => inner.HandOver(key, isOn);

    public void AnnounceUntold(TransitionKey key) => inner.AnnounceUntold(key);

    /// <summary>Announces what is stored by now. To be called often, by one caller.</summary>
    public void AnnounceStored()
    {
        if (!canStore()) Volatile.Write(ref _silentUntil, Now + (long)CatchUp.TotalMilliseconds);
        var upTo = storedUpTo();
        lock (_gate)
        {
            foreach (var (appId, own) in _waiting)
            {
                while (own.Notes.TryPeek(out var next) && next.Place <= upTo) Announce(own);
                if (own.Notes.Count == 0) _waiting.Remove(appId);
            }
        }
    }

    // Called under the gate.
    private void Announce(Waiting own)
    {
        var note = own.Notes.Dequeue();
        Count(own, -note.Bytes);
        inner.AnnounceTold(note.Key, note.IsOn);
    }

    private void Count(Waiting own, long bytes)
    {
        own.Bytes += bytes;
        _bytes += bytes;
    }

    private readonly record struct Note(long Place, TransitionKey Key, bool IsOn)
    {
        public long Bytes => NoteBytes + (sizeof(char) * (long)(Key.Channel.Length + Key.UserId.Length));
    }

    /// <summary>What an app has to announce.</summary>
    private sealed class Waiting
    {
        public Queue<Note> Notes { get; } = new();

        public long Bytes { get; set; }
    }
}
