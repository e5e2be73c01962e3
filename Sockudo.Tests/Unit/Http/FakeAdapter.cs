using Sockudo.Server.Adapters;
using Sockudo.Server.Apps;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;
using Sockudo.Server.Protocol;

namespace Sockudo.Tests.Unit.Http;

/// <summary>An adapter with a health, a limit and a defect of the test's own.</summary>
internal sealed class FakeAdapter : IAdapter
{
    public AdapterHealth Health { get; set; } = new(HealthState.Ok);

    public int MaxEventBytes { get; set; } = int.MaxValue;

    public string Driver => "fake";

    public bool TryConnect(Connection connection) => true;

    public void Disconnect(Connection connection) => throw new InvalidOperationException("not of use here");

    public SubscribeOutcome Subscribe(Connection connection, ChannelName channel, PresenceMember? member) => SubscribeOutcome.Subscribed;

    public bool Unsubscribe(Connection connection, ChannelName channel) => false;

    public bool Reaches(App app, ChannelName channel) => true;

    public int Publish(App app, ChannelName channel, byte[] frame, SocketId? except, bool remember, ulong idempotencyKey = 0) =>
        channel.Value == "defect" ? throw new InvalidOperationException("the detail nobody may see") : 0;

    public void SignIn(Connection connection, string userId) => throw new InvalidOperationException("not of use here");

    public int CloseUser(App app, string userId, PusherError reason) => 0;

    public int ConnectionCount(App app) => 0;

    public ChannelOccupancy Occupancy(App app, string channel) => new(channel, 0, 0);

    public IReadOnlyCollection<string> Members(App app, string channel) => [];

    public IEnumerable<ChannelOccupancy> Channels(App app, string prefix) => [];

    public CachedEvent? LastEvent(App app, string channel) => null;
}
