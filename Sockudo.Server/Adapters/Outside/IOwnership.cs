namespace Sockudo.Server.Adapters.Outside;

/// <summary>Whose it is to tell the outside. Thread-safe; called in a channel's or user's turn: must not wait nor call the adapter.</summary>
internal interface IOwnership
{
    /// <summary>
    /// How long the other nodes may take to see what this one sees, and to know that one of them is gone: what was told is kept in
    /// mind for so long. Zero without other nodes. Unit: milliseconds.
    /// </summary>
    long SettledAfterMs { get; }

    /// <summary>Whether there is no other node.</summary>
    bool IsAlone { get; }

    /// <summary>
    /// Whether this node tells what it saw <paramref name="ageMs"/> ago and is due since <paramref name="dueForMs"/>; false when another
    /// does that was heard long enough after, so that it has told or sees it otherwise; null when nobody is known to.
    /// </summary>
    bool? IsOwner(string appId, string name, long ageMs, long dueForMs);

    /// <summary>Whether the owner was there before what changed <paramref name="ageMs"/> ago, so that it saw it: who came later may never have heard of it.</summary>
    bool DoesOwnerKnow(string appId, string name, long ageMs);

    /// <summary>Which other nodes may have told what was due just now.</summary>
    Tellers TellersNow(string appId, string name);

    /// <summary>
    /// Whether nodes have said what they told until <paramref name="agoMs"/> ago, since each was heard after that; false when one of them is
    /// gone and can say nothing any more; null while one is to be waited for.
    /// </summary>
    bool? HaveSaid(Tellers tellers, long agoMs);

    /// <summary>Whether this node knows what the others had when it came.</summary>
    bool IsJoined { get; }

    /// <summary>Whether something is so, as the adapter sees it. Not in a channel's or user's turn.</summary>
    bool IsTrue(TransitionKey key);

    /// <summary>Whether this node has not been ready for long enough to have seen all that may be untold.</summary>
    bool IsNew { get; }

    /// <summary>Lets the other nodes know what the outside was told.</summary>
    void AnnounceTold(TransitionKey key, bool isOn);

    /// <summary>Passes on what the outside was told last as far as this node knows, to an owner that came later. Who knows better ignores it.</summary>
    void HandOver(TransitionKey key, bool isOn);

    /// <summary>Lets the other nodes know that something was on here before this node had joined, of which it does not know that it was told.</summary>
    void AnnounceUntold(TransitionKey key);
}
