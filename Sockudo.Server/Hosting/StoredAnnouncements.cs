using Sockudo.Server.Adapters.Outside;

namespace Sockudo.Server.Hosting;

/// <summary>
/// Lets the other nodes know what the outside was told only when the queue has it: until then the next owner must tell it if this node
/// dies. While the queue's broker is away, and for a moment after, nobody says so: then no silence is taken for having told. The
/// announcements keep their order. Bounded: beyond <see cref="Capacity"/> one is made at once, as if the queue had it. Thread-safe.
/// </summary>
/// <param name="inner">Whose it is to tell.</param>
/// <param name="noted">The place of what was noted last.</param>
/// <param name="storedUpTo">Up to which place everything is stored.</param>
/// <param name="canStore">Whether the queue can store now.</param>
/// <param name="time">The clock.</param>
internal sealed class StoredAnnouncements(IOwnership inner, Func<long> noted, Func<long> storedUpTo, Func<bool> canStore, TimeProvider time) : IOwnership
{
    /// <summary>How many can wait.</summary>
    public const int Capacity = 100_000;

    /// <summary>How long after the broker is back the other nodes may take to store what waited, and to say so.</summary>
    public static readonly TimeSpan CatchUp = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new(); // guards _waiting
    private readonly Queue<(long Place, TransitionKey Key, bool IsOn)> _waiting = new();
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
        var place = noted();
        lock (_gate)
        {
            if (_waiting.Count < Capacity)
            {
                _waiting.Enqueue((place, key, isOn));
                return;
            }
        }

        inner.AnnounceTold(key, isOn);
    }

    public void AnnounceUntold(TransitionKey key) => inner.AnnounceUntold(key);

    /// <summary>Announces what is stored by now. To be called often, by one caller.</summary>
    public void AnnounceStored()
    {
        if (!canStore()) Volatile.Write(ref _silentUntil, Now + (long)CatchUp.TotalMilliseconds);
        var upTo = storedUpTo();
        while (true)
        {
            (long Place, TransitionKey Key, bool IsOn) next;
            lock (_gate)
            {
                if (!_waiting.TryPeek(out next) || next.Place > upTo) return;
                _waiting.Dequeue();
            }

            inner.AnnounceTold(next.Key, next.IsOn);
        }
    }
}
