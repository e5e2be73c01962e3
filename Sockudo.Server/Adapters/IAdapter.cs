using Sockudo.Server.Apps;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Adapters;

/// <summary>
/// Reaches subscribers: those of this process, or of every node of the cluster. Everything answers at once from the adapter's
/// own view, without a round trip and without waiting for a client or a broker. Thread-safe. What one caller publishes to a
/// channel reaches each of its subscribers in that order.
/// </summary>
internal interface IAdapter
{
    /// <summary>The driver's name, as configured.</summary>
    string Driver { get; }

    /// <summary>Whether the node can do its part in the cluster.</summary>
    AdapterHealth Health { get; }

    /// <summary>The largest payload of one event that can reach every node. Unit: bytes.</summary>
    int MaxEventBytes { get; }

    /// <summary>Admits a socket; false when the app has its full number of connections.</summary>
    bool TryConnect(Connection connection);

    /// <summary>
    /// Takes a socket out: its subscriptions, its user, its place in the count, with every effect on others. Called once, by the
    /// connection's loop. Cost: the socket's own subscriptions.
    /// </summary>
    void Disconnect(Connection connection);

    /// <summary>Subscribes a socket and answers it (see <see cref="Channel.Subscribe"/>). Called by the connection's loop.</summary>
    SubscribeOutcome Subscribe(Connection connection, ChannelName channel, PresenceMember? member);

    /// <summary>Ends a subscription; false when there was none. Called by the connection's loop.</summary>
    bool Unsubscribe(Connection connection, ChannelName channel);

    /// <summary>Whether an event published now could be heard or remembered by anybody; if not, its frame need not be made.</summary>
    bool Reaches(App app, ChannelName channel);

    /// <summary>
    /// Hands a frame to every subscriber of a channel but one, and for a <c>#server-to-user-</c> channel to every socket of that
    /// user. <paramref name="remember"/> makes it the last event of a cache channel. Of publishes to a channel with the same
    /// <paramref name="idempotencyKey"/> (a hash of key and channel; 0 is none) each node hands out the first it sees, whichever
    /// node each was sent to; the local adapter leaves that to its caller. Returns how many got it on this node.
    /// </summary>
    int Publish(App app, ChannelName channel, byte[] frame, SocketId? except, bool remember, ulong idempotencyKey = 0);

    /// <summary>Puts a socket under a signed-in user, in place of the user it had. Called by the connection's loop.</summary>
    void SignIn(Connection connection, string userId);

    /// <summary>Closes every socket of a signed-in user and returns how many that were on this node.</summary>
    int CloseUser(App app, string userId, PusherError reason);

    /// <summary>Sockets of an app.</summary>
    int ConnectionCount(App app);

    /// <summary>Counts of a channel; zeros when it is not occupied.</summary>
    ChannelOccupancy Occupancy(App app, string channel);

    /// <summary>The users of a presence channel.</summary>
    IReadOnlyCollection<string> Members(App app, string channel);

    /// <summary>The occupied channels of an app whose names begin with a prefix.</summary>
    IEnumerable<ChannelOccupancy> Channels(App app, string prefix);

    /// <summary>The last event of a cache channel and its remaining time; null when there is none.</summary>
    CachedEvent? LastEvent(App app, string channel);
}

/// <summary>What a channel holds.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="SubscriptionCount">Subscriptions on every node; on this one when counts are not replicated.</param>
/// <param name="UserCount">Distinct users of a presence channel.</param>
/// <param name="IsOccupiedElsewhere">Whether another node has a subscription, counted or not.</param>
internal readonly record struct ChannelOccupancy(string Channel, int SubscriptionCount, int UserCount, bool IsOccupiedElsewhere = false)
{
    /// <summary>Whether anybody is subscribed.</summary>
    public bool IsOccupied => SubscriptionCount > 0 || IsOccupiedElsewhere;
}

/// <summary>A cache channel's last event: the message as its subscribers got it, in JSON.</summary>
internal sealed record CachedEvent(ReadOnlyMemory<byte> Json, TimeSpan TimeToLive);

/// <summary>An adapter's state. <paramref name="Reason"/> says what is wrong when it is not healthy.</summary>
internal readonly record struct AdapterHealth(HealthState State, string Reason = "");

/// <summary>As the health routes name it.</summary>
internal enum HealthState
{
    Ok,
    Degraded,
    Error,
}
