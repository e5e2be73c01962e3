using Sockudo.Server.Apps;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;
using Sockudo.Server.Protocol;
using Sockudo.Server.Transport;

namespace Sockudo.Server.Adapters;

/// <summary>The embedded adapter: one process, no dependency. Its view is the truth.</summary>
internal sealed class LocalAdapter(ConnectionRegistry connections, ChannelRegistry channels, IOccupancyObserver observer) : IAdapter
{
    public string Driver => "local";

    public AdapterHealth Health => new(HealthState.Ok);

    public int MaxEventBytes => int.MaxValue;

    public bool TryConnect(Connection connection) => connections.For(connection.App).TryAdd(connection, connection.App.MaxConnections);

    public void Disconnect(Connection connection)
    {
        try
        {
            Departure.LeaveEverything(connection, Leave, SignOut);
        }
        finally
        {
            connections.For(connection.App).Remove(connection);
        }
    }

    public SubscribeOutcome Subscribe(Connection connection, ChannelName channel, PresenceMember? member)
    {
        while (true)
        {
            var target = channels.GetOrAdd(connection.App, channel);
            var outcome = target.Subscribe(connection, member, connection.App.MaxPresenceMembersPerChannel);
            if (outcome is SubscribeOutcome.Gone or SubscribeOutcome.Full) ForgetIfGone(target);
            if (outcome != SubscribeOutcome.Gone) return outcome;
        }
    }

    public bool Unsubscribe(Connection connection, ChannelName channel)
    {
        if (channels.Find(connection.App, channel.Value) is not { } target) return false;
        var removed = target.Unsubscribe(connection);
        ForgetIfGone(target);
        return removed;
    }

    public bool Reaches(App app, ChannelName channel) => channel.IsServerToUser
        ? connections.For(app).HasUser(channel.UserId)
        : channel.IsCache || channels.Find(app, channel.Value) is not null;

    public int Publish(App app, ChannelName channel, byte[] frame, SocketId? except, bool remember, ulong idempotencyKey = 0)
    {
        if (channel.IsServerToUser) return PublishToUser(app, channel.UserId, frame, except);
        remember &= channel.IsCache;
        while (true)
        {
            // The last event is set in the channel's turn, so that a subscriber gets it either live or replayed, never neither.
            var target = remember ? channels.GetOrAdd(app, channel) : channels.Find(app, channel.Value);
            if (target is null) return 0;
            var recipients = target.Publish(frame, except, remember);
            if (remember || recipients < 0) ForgetIfGone(target);
            if (recipients >= 0) return recipients;
        }
    }

    public void SignIn(Connection connection, string userId)
    {
        if (connection.UserId == userId) return;
        SignOut(connection);
        connection.UserId = userId;
        connections.For(connection.App).AddUser(userId, connection, user => observer.UserOnline(connection.App, user, isKnown: false));
    }

    public int CloseUser(App app, string userId, PusherError reason) =>
        connections.For(app).ForEachOfUser(userId, connection => connection.Close(reason));

    public int ConnectionCount(App app) => connections.For(app).Count;

    public ChannelOccupancy Occupancy(App app, string channel) =>
        channels.FindListed(app, channel) is { } found ? new ChannelOccupancy(channel, found.SubscriptionCount, found.UserCount) : new ChannelOccupancy(channel, 0, 0);

    public IReadOnlyCollection<string> Members(App app, string channel) => channels.Find(app, channel)?.UserIds() ?? [];

    public IEnumerable<ChannelOccupancy> Channels(App app, string prefix)
    {
        foreach (var channel in channels.Of(app))
        {
            if (!channel.Name.Value.StartsWith(prefix, StringComparison.Ordinal)) continue;
            var occupancy = new ChannelOccupancy(channel.Name.Value, channel.SubscriptionCount, channel.UserCount);
            if (occupancy.IsOccupied) yield return occupancy;
        }
    }

    public CachedEvent? LastEvent(App app, string channel) =>
        channels.CachedEvents.Find(app, channel, out var timeToLive) is { } frame ? new CachedEvent(ServerFrame.Payload(frame), timeToLive) : null;

    private int PublishToUser(App app, string userId, byte[] frame, SocketId? except)
    {
        var recipients = 0;
        connections.For(app).ForEachOfUser(userId, connection =>
        {
            if (connection.Id == except) return;
            connection.Send(frame);
            recipients++;
        });
        return recipients;
    }

    private void Leave(Connection connection, string name)
    {
        if (channels.Find(connection.App, name) is not { } channel) return;
        channel.Unsubscribe(connection);
        if (channel.Name.IsOfApp) connection.Metrics.Unsubscribed(channel.Name.MetricLabel);
        ForgetIfGone(channel);
    }

    private void SignOut(Connection connection)
    {
        if (connection.UserId is not { } userId) return;
        connection.UserId = null;
        connections.For(connection.App).RemoveUser(userId, connection, user => observer.UserOffline(connection.App, user));
    }

    private void ForgetIfGone(Channel channel)
    {
        if (channel.IsGone) channels.Forget(channel);
    }
}
