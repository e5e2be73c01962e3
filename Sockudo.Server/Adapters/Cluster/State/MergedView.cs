using Sockudo.Server.Adapters.Cluster.Streams;
using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Server.Adapters.Outside;
using Sockudo.Server.Apps;
using Sockudo.Server.Channels;
using Sockudo.Server.Protocol;
using Sockudo.Server.Tracing;
using Sockudo.Server.Transport;

namespace Sockudo.Server.Adapters.Cluster.State;

/// <summary>
/// Where entries of other nodes become effects: state into the channels, users and totals, events to the subscribers here. Called
/// by the cluster node for one entry after another; takes the channels' and users' locks, never the other way round.
/// </summary>
internal sealed class MergedView(
    ChannelRegistry channels, ClusterUsers users, ConnectionTotals totals, AdmittedKeys admitted, AppDirectory apps, StreamSet streams, ClusterClock clock,
    OncePerCluster? outside = null)
{
    private const int MaxRaceMs = 1000;

    public ClusterUsers Users => users;

    public ConnectionTotals Totals => totals;

    public AppDirectory Apps => apps;

    public ChannelRegistry Channels => channels;

    public AdmittedKeys Admitted => admitted;

    /// <summary>In which order channels are walked. The registry's own is as good as any other, but not the same in two processes.</summary>
    public Func<IEnumerable<Channel>, IEnumerable<Channel>> Order { get; set; } = static channels => channels;

    /// <summary>Hands out an event or a command; false when it is none. <paramref name="ageMs"/> is how long ago the sender's node said it.</summary>
    public bool Deliver(RemoteNode node, in ClusterEntry entry, long ageMs)
    {
        var trace = DeliverTrace.Start(entry.TraceParent, entry.PublishedAt, clock.Time);
        var recipients = 0;
        switch (entry.Kind)
        {
            case EntryKind.Event when ChannelName.TryParse(entry.Name, int.MaxValue, out var channel, out _):
                // What nobody here is given and nothing here remembers is not looked at.
                var isKept = entry.IsRemembered || entry.IdempotencyKey != 0;
                var app = apps.Find(entry.AppId);
                if (!isKept && channels.Find(app, channel.Value) is not { LocalSubscriptionCount: > 0 }) break;
                if (!EntryRules.IsMessage(entry.Payload)) return false;
                if (entry.IsRemembered) clock.Observe(entry.Time);
                if (!admitted.TryAdmit(entry.AppId, entry.IdempotencyKey)) return true;
                recipients = DeliverEvent(app, channel, entry, entry.IsRemembered ? new WriteStamp(clock.Bound(entry.Time), node.Epoch) : null);
                break;
            case EntryKind.UserEvent:
                if (!EntryRules.IsMessage(entry.Payload)) return false;
                recipients = users.DeliverElsewhere(apps.Find(entry.AppId), entry.Name, Frame(entry.Payload), entry.Except);
                break;
            case EntryKind.CloseUser:
                // Said before it was sent; a repair may have begun in between.
                if (ageMs < -MaxRaceMs) return false;
                var reason = new PusherError((ErrorCode)entry.Code, entry.Reason);
                users.CloseElsewhere(apps.Find(entry.AppId), entry.Name, reason, TimeSpan.FromMilliseconds(Math.Max(0, ageMs)));
                break;
            case EntryKind.Told or EntryKind.Untold when outside is not null && entry.Transition <= TransitionKind.User:
                ChannelName about = default;
                if (entry.Transition != TransitionKind.User && !ChannelName.TryParse(entry.Name, int.MaxValue, out about, out _)) return false;
                var key = new TransitionKey(entry.Transition, entry.AppId, about.Value ?? "", entry.UserId);
                if (entry.Kind == EntryKind.Told) outside.ToldElsewhere(apps.Find(entry.AppId), key, about, entry.IsOn, entry.IsHandOver);
                else outside.UntoldElsewhere(apps.Find(entry.AppId), key, about);
                break;
        }

        trace.End(entry.Name, recipients, entry.Payload.Length, clock.Time);
        return true;
    }

    /// <summary>Takes a state entry, as of a sequence.</summary>
    public void Apply(RemoteNode node, in ClusterEntry entry, ulong sequence, bool isQuiet)
    {
        switch (entry.Kind)
        {
            case EntryKind.UserOnline or EntryKind.UserOffline:
                users.SetElsewhere(node, apps.Find(entry.AppId), entry.Name, entry.Kind == EntryKind.UserOnline, sequence, isQuiet);
                return;
            case EntryKind.Connections:
                totals.SetElsewhere(node, entry.AppId, entry.Count, sequence);
                return;
        }

        if (!ChannelName.TryParse(entry.Name, int.MaxValue, out var name, out _)) return;
        if (entry.Kind == EntryKind.MemberPresent) clock.Observe(entry.Time);
        var app = apps.Find(entry.AppId);
        while (true)
        {
            // Nothing to take away from a channel nobody has.
            var isRemoval = entry.Kind == EntryKind.MemberAbsent || (entry.Kind == EntryKind.Subscriptions && entry.Count == 0);
            var channel = isRemoval ? channels.Find(app, entry.Name) : channels.GetOrAdd(app, name);
            if (channel is null) return;
            var done = entry.Kind switch
            {
                EntryKind.Subscriptions => channel.SetElsewhere(node, entry.Count, sequence, isQuiet),
                EntryKind.MemberPresent => channel.SetMemberElsewhere(
                    node, new PresenceMember(entry.UserId, entry.Payload.ToArray()), new WriteStamp(clock.Bound(entry.Time), node.Epoch), sequence, isQuiet),
                EntryKind.MemberAbsent => channel.RemoveMemberElsewhere(node, entry.UserId, sequence, isQuiet),
                EntryKind.LastEvent => channel.Remember(
                    Frame(entry.Payload), new WriteStamp(clock.Bound(entry.Time), entry.Writer), TimeSpan.FromMilliseconds(entry.TimeToLiveMs)),
                _ => true,
            };
            ForgetIfGone(channel);
            if (done) return;
        }
    }

    /// <summary>Removes what a node said on a partition before a sequence.</summary>
    public void Remove(RemoteNode node, int partition, ulong before, bool isQuiet)
    {
        foreach (var channel in Order(channels.All))
        {
            if (streams.PartitionOf(channel.App.Id, channel.Name.Value) != partition) continue;
            channel.RemoveElsewhere(node, before, isQuiet);
            ForgetIfGone(channel);
        }

        users.RemoveElsewhere(node, before, apps.Find, (appId, userId) => streams.PartitionOf(appId, userId) == partition);
        totals.RemoveElsewhere(node, before, appId => streams.PartitionOf(appId, "") == partition);
    }

    /// <summary>Takes a channel that nobody has any more out of the registry.</summary>
    public void ForgetIfGone(Channel channel)
    {
        if (channel.IsGone) channels.Forget(channel);
    }

    /// <summary>Whether something the outside is told of is so.</summary>
    public bool IsTrue(TransitionKey key) => key.Kind switch
    {
        TransitionKind.User => users.IsOnline(key.AppId, key.UserId),
        TransitionKind.Member => channels.Find(apps.Find(key.AppId), key.Channel)?.MemberInfo(key.UserId) is not null,
        _ => channels.Find(apps.Find(key.AppId), key.Channel) is { IsOccupied: true },
    };

    private int DeliverEvent(App app, ChannelName name, in ClusterEntry entry, WriteStamp? remembered)
    {
        byte[]? frame = null;
        while (true)
        {
            var channel = remembered is null ? channels.Find(app, name.Value) : channels.GetOrAdd(app, name);
            if (channel is null || (remembered is null && channel.LocalSubscriptionCount == 0)) return 0;
            var recipients = channel.DeliverElsewhere(frame ??= Frame(entry.Payload), entry.Except, remembered);
            ForgetIfGone(channel);
            if (recipients >= 0) return recipients;
        }
    }

    private static byte[] Frame(ReadOnlySpan<byte> json) => ServerFrame.Create(Opcode.Text, json);
}
