using Sockudo.Server.Adapters;
using Sockudo.Server.Apps;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;
using Sockudo.Server.Protocol;

namespace Sockudo.Tests.Unit.Harness;

/// <summary>An adapter that does its work and then fails where it is told to.</summary>
internal sealed class DefectiveAdapter(IAdapter inner) : IAdapter
{
    /// <summary>Fails behind each connect that succeeded.</summary>
    public bool FailsConnects { get; set; }

    public string Driver => inner.Driver;

    public AdapterHealth Health => inner.Health;

    public int MaxEventBytes => inner.MaxEventBytes;

    public bool TryConnect(Connection connection)
    {
        var isAdmitted = inner.TryConnect(connection);
        return FailsConnects ? throw new InvalidOperationException("a defect behind the connect") : isAdmitted;
    }

    public void Disconnect(Connection connection) => inner.Disconnect(connection);

    public SubscribeOutcome Subscribe(Connection connection, ChannelName channel, PresenceMember? member) => inner.Subscribe(connection, channel, member);

    public bool Unsubscribe(Connection connection, ChannelName channel) => inner.Unsubscribe(connection, channel);

    public bool Reaches(App app, ChannelName channel) => inner.Reaches(app, channel);

    public int Publish(App app, ChannelName channel, byte[] frame, SocketId? except, bool remember, ulong idempotencyKey = 0) =>
        inner.Publish(app, channel, frame, except, remember, idempotencyKey);

    public void SignIn(Connection connection, string userId) => inner.SignIn(connection, userId);

    public int CloseUser(App app, string userId, PusherError reason) => inner.CloseUser(app, userId, reason);

    public int ConnectionCount(App app) => inner.ConnectionCount(app);

    public ChannelOccupancy Occupancy(App app, string channel) => inner.Occupancy(app, channel);

    public IReadOnlyCollection<string> Members(App app, string channel) => inner.Members(app, channel);

    public IEnumerable<ChannelOccupancy> Channels(App app, string prefix) => inner.Channels(app, prefix);

    public CachedEvent? LastEvent(App app, string channel) => inner.LastEvent(app, channel);
}
