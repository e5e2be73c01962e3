using Sockudo.Server.Adapters.Cluster;
using Sockudo.Server.Adapters.Cluster.State;
using Sockudo.Server.Adapters.Outside;
using Sockudo.Server.Apps;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;
using Sockudo.Server.Protocol;
using Sockudo.Server.Transport;

namespace Sockudo.Server.Adapters;

/// <summary>
/// Many nodes as one, over any broker. Clients here are served as by the local adapter; what happens is appended to the node's
/// stream in the same turn, and everything that is asked is answered from the merged view (docs/decisions/0010). Thread-safe.
/// </summary>
internal sealed class HorizontalAdapter(
    ConnectionRegistry connections, MergedView view, ClusterNode node, ClusterOptions options, BrokerLimit limit,
    OncePerCluster? outside = null) : IAdapter
{
    public string Driver => options.Driver;

    public AdapterHealth Health
    {
        get
        {
            if (node.IsReady(out var why)) return new AdapterHealth(HealthState.Ok);
            return options.FallbackToLocal && !node.WasEverProven
                ? new AdapterHealth(HealthState.Degraded, "this node serves alone: " + why)
                : new AdapterHealth(HealthState.Error, why);
        }
    }

    public int MaxEventBytes => limit.EventBytes;

    public bool TryConnect(Connection connection)
    {
        var app = connection.App;
        view.Apps.Learn(app);
        var limit = app.MaxConnections;
        if (limit > 0 && (limit -= view.Totals.Elsewhere(app.Id)) <= 0) return false;
        if (!connections.For(app).TryAdd(connection, limit)) return false;
        view.Totals.Changed(app.Id);
        return true;
    }

    public void Disconnect(Connection connection)
    {
        try
        {
            Departure.LeaveEverything(connection, Leave, SignOut);
        }
        finally
        {
            if (connections.For(connection.App).Remove(connection)) view.Totals.Changed(connection.App.Id);
        }
    }

    public SubscribeOutcome Subscribe(Connection connection, ChannelName channel, PresenceMember? member)
    {
        while (true)
        {
            var target = view.Channels.GetOrAdd(connection.App, channel);
            var outcome = target.Subscribe(connection, member, connection.App.MaxPresenceMembersPerChannel);
            if (outcome is SubscribeOutcome.Gone or SubscribeOutcome.Full) view.ForgetIfGone(target);
            if (outcome != SubscribeOutcome.Gone) return outcome;
        }
    }

    public bool Unsubscribe(Connection connection, ChannelName channel)
    {
        if (view.Channels.Find(connection.App, channel.Value) is not { } target) return false;
        var removed = target.Unsubscribe(connection);
        view.ForgetIfGone(target);
        return removed;
    }

    // Always: the stream carries what is published to nodes whose subscribers this one may not have heard of yet.
    public bool Reaches(App app, ChannelName channel) => true;

    public int Publish(App app, ChannelName channel, byte[] frame, SocketId? except, bool remember, ulong idempotencyKey = 0)
    {
        if (!view.Admitted.TryAdmit(app.Id, idempotencyKey)) return 0;
        if (channel.IsServerToUser) return view.Users.Publish(app, channel.UserId, frame, except);
        while (true)
        {
            // A channel nobody has still gives the turn in which the event is numbered: somebody may subscribe right now.
            var target = view.Channels.GetOrAdd(app, channel);
            var recipients = target.Publish(frame, except, remember && channel.IsCache, idempotencyKey);
            view.ForgetIfGone(target);
            if (recipients >= 0) return recipients;
        }
    }

    public void SignIn(Connection connection, string userId)
    {
        if (connection.UserId == userId) return;
        SignOut(connection);
        connection.UserId = userId;
        view.Users.SignIn(connection, userId);
    }

    public int CloseUser(App app, string userId, PusherError reason) => view.Users.Close(app, userId, reason);

    public int ConnectionCount(App app) => connections.For(app).Count + view.Totals.Elsewhere(app.Id);

    public ChannelOccupancy Occupancy(App app, string channel) =>
        view.Channels.FindListed(app, channel) is { } found ? Describe(found) : new ChannelOccupancy(channel, 0, 0);

    public IReadOnlyCollection<string> Members(App app, string channel) => view.Channels.Find(app, channel)?.UserIds() ?? [];

    public IEnumerable<ChannelOccupancy> Channels(App app, string prefix)
    {
        foreach (var channel in view.Channels.Of(app))
        {
            if (channel.IsOccupied && channel.Name.Value.StartsWith(prefix, StringComparison.Ordinal)) yield return Describe(channel);
        }
    }

    public CachedEvent? LastEvent(App app, string channel) =>
        view.Channels.CachedEvents.Find(app, channel, out var timeToLive) is { } frame ? new CachedEvent(ServerFrame.Payload(frame), timeToLive) : null;

    /// <summary>Lets time pass: for the cluster, for users in their grace, for what the outside is told.</summary>
    public void Tick()
    {
        node.Tick();
        view.Channels.EndLeaves();
        outside?.TellDue();
    }

    private static ChannelOccupancy Describe(Channel channel) =>
        new(channel.Name.Value, channel.SubscriptionCount, channel.UserCount, channel.IsOccupied && channel.SubscriptionCount == 0);

    private void Leave(Connection connection, string name)
    {
        if (view.Channels.Find(connection.App, name) is not { } channel) return;
        channel.Unsubscribe(connection);
        if (channel.Name.IsOfApp) connection.Metrics.Unsubscribed(channel.Name.MetricLabel);
        view.ForgetIfGone(channel);
    }

    private void SignOut(Connection connection)
    {
        if (connection.UserId is not { } userId) return;
        connection.UserId = null;
        view.Users.SignOut(connection, userId);
    }
}
