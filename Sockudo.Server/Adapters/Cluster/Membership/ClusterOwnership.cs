using Sockudo.Server.Adapters.Cluster.State;
using Sockudo.Server.Adapters.Cluster.Streams;
using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Server.Adapters.Outside;

namespace Sockudo.Server.Adapters.Cluster.Membership;

/// <summary>A channel's owner tells the outside; what it told travels in its stream.</summary>
internal sealed class ClusterOwnership(ClusterNode node, MergedView view, StreamSet streams) : IOwnership
{
    public long SettledAfterMs => node.OwnerAfterMs;

    public bool IsAlone => node.IsAlone;

    public bool IsJoined => node.IsJoined;

    public bool IsTrue(TransitionKey key) => view.IsTrue(key);

    public bool IsNew => node.IsNew;

    public bool? IsOwner(string appId, string name, long ageMs, long dueForMs) => node.IsOwner(appId, name, ageMs, dueForMs);

    public bool DoesOwnerKnow(string appId, string name, long ageMs) => node.DoesOwnerKnow(appId, name, ageMs);

    public Tellers TellersNow(string appId, string name) => node.TellersNow(appId, name);

    public bool? HaveSaid(Tellers tellers, long agoMs) => node.HaveSaid(tellers, agoMs);

    // Beside the entries of its channel, so that they arrive in the order of what they are about.
    public void AnnounceTold(TransitionKey key, bool isOn) => streams.TryAppend(key.AppId, key.OwnedBy, EntryWriter.Outside(EntryKind.Told, key, isOn));

    public void HandOver(TransitionKey key, bool isOn) =>
        streams.TryAppend(key.AppId, key.OwnedBy, EntryWriter.Outside(EntryKind.Told, key, isOn, isHandOver: true));

    public void AnnounceUntold(TransitionKey key) => streams.TryAppend(key.AppId, key.OwnedBy, EntryWriter.Outside(EntryKind.Untold, key, isOn: false));
}
