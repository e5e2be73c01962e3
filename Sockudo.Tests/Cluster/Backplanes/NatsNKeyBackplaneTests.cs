using Microsoft.Extensions.Logging;
using NATS.NKeys;
using Sockudo.Server.Backplane;
using Sockudo.Server.Backplane.Nats;
using Sockudo.Tests.Cluster.Brokers;
using Xunit;

namespace Sockudo.Tests.Cluster.Backplanes;

/// <summary>Signing in to NATS with a key.</summary>
public sealed class NatsNKeyBackplaneTests : IAsyncLifetime
{
    private readonly KeyPair _key = KeyPair.CreatePair(PrefixByte.User);
    private readonly NatsServer _server;

    public NatsNKeyBackplaneTests() =>
        _server = new NatsServer(_ => $$"""authorization { users: [ { nkey: "{{_key.GetPublicKey()}}" } ] }""");

    public async ValueTask InitializeAsync() => await _server.StartAsync();

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task The_seed_itself_signs_in()
    {
        await using var node = await new TestNode(new Deployment(_server, _key.GetSeed()), "node").StartAsync();

        Assert.Equal(BackplaneState.Connected, node.Backplane.State);
    }

    [Fact]
    public async Task A_file_that_holds_the_seed_signs_in()
    {
        var file = Path.Combine(_server.Process.Folder, "user.nk");
        await File.WriteAllTextAsync(file, $"# a comment\n{_key.GetSeed()}\n", TestContext.Current.CancellationToken);

        await using var node = await new TestNode(new Deployment(_server, file), "node").StartAsync();

        Assert.Equal(BackplaneState.Connected, node.Backplane.State);
    }

    [Fact]
    public async Task Another_key_is_refused_without_being_logged()
    {
        var seed = KeyPair.CreatePair(PrefixByte.User).GetSeed();
        await using var node = new TestNode(new Deployment(_server, seed), "node");

        await node.Backplane.StartAsync(CancellationToken.None);

        Assert.Equal(BackplaneState.Disconnected, node.Backplane.State);
        Assert.DoesNotContain(seed, node.Log, StringComparison.Ordinal);
    }

    private sealed class Deployment(NatsServer server, string nkey) : BrokerDeployment
    {
        internal override IReadOnlyList<BrokerProcess> Processes => [server.Process];

        public override ValueTask InitializeAsync() => default;

        internal override IBrokerConnector Connect(BackplaneMetrics metrics, ILoggerFactory loggers, int? proxyPort) => new NatsConnector(
            new NatsBackplaneOptions { Servers = { $"127.0.0.1:{server.Port}" }, NKey = nkey }, metrics, loggers.CreateLogger<NatsConnector>());
    }
}
