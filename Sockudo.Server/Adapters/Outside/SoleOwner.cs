namespace Sockudo.Server.Adapters.Outside;

/// <summary>One process, no other: it tells everything.</summary>
internal sealed class SoleOwner : IOwnership
{
    public long SettledAfterMs => 0;

    public bool IsAlone => true;

    public bool? IsOwner(string appId, string name, long ageMs, long dueForMs) => true;

    public bool DoesOwnerKnow(string appId, string name, long ageMs) => true;

    public Tellers TellersNow(string appId, string name) => default;

    public bool? HaveSaid(Tellers tellers, long agoMs) => true;

    public bool IsJoined => true;

    // Asked only about what another node said.
    public bool IsTrue(TransitionKey key) => false;

    public bool IsNew => false;

    public void AnnounceTold(TransitionKey key, bool isOn)
    {
        // There is nobody to hear it.
    }

    public void HandOver(TransitionKey key, bool isOn)
    {
        // There is nobody to take it over.
    }

    public void AnnounceUntold(TransitionKey key)
    {
        // There is nobody to hear it.
    }
}
