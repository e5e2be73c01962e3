using Microsoft.Extensions.Logging;
using Sockudo.Server.Backplane;
using Sockudo.Server.Backplane.Nats;
using Sockudo.Tests.Cluster.Brokers;
using Xunit;

namespace Sockudo.Tests.Cluster.Backplanes;

/// <summary>The driver nats with a credentials file (JWT and seed), on a server in operator mode.</summary>
public sealed class NatsCredentialsBackplaneTests(NatsCredentialsBackplaneTests.Deployment broker, ITestOutputHelper output)
    : ProxiedBackplaneConformance<NatsCredentialsBackplaneTests.Deployment>(broker, output)
{
    [Fact]
    public async Task Credentials_another_account_has_signed_are_refused_without_being_logged()
    {
        var forged = Broker.With(isForged: true);
        await using var node = Track(new TestNode(forged, "node"));

        await node.Backplane.StartAsync(CancellationToken.None);

        Assert.Equal(BackplaneState.Disconnected, node.Backplane.State);
        Assert.Contains("cannot reach", node.Log, StringComparison.Ordinal);
        var seed = File.ReadLines(forged.File).Single(static line => line.StartsWith("SU", StringComparison.Ordinal));
        Assert.DoesNotContain(seed, node.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_does_not_exist_is_a_configuration_that_can_never_work()
    {
        var refusal = Assert.Throws<BrokerConfigurationException>(() => new TestNode(new Deployment(Broker, "/nowhere/user.creds"), "node"));

        Assert.Contains("/nowhere/user.creds", refusal.Message, StringComparison.Ordinal);
    }

    public sealed class Deployment : BrokerDeployment
    {
        private readonly NatsOperator _operator;
        private readonly NatsServer _server;

        public Deployment()
        {
            _operator = new NatsOperator();
            _server = new NatsServer(_ => _operator.Configuration);
            File = Path.Combine(_server.Process.Folder, "user.creds");
            System.IO.File.WriteAllText(File, _operator.Credentials());
        }

        internal Deployment(Deployment other, string file) => (_operator, _server, File) = (other._operator, other._server, file);

        internal string File { get; }

        internal override int? ProxiedPort => _server.Port;

        internal override IReadOnlyList<BrokerProcess> Processes => [_server.Process];

        public override async ValueTask InitializeAsync() => await _server.StartAsync();

        internal Deployment With(bool isForged)
        {
            var file = Path.Combine(_server.Process.Folder, $"{Guid.NewGuid():N}.creds");
            System.IO.File.WriteAllText(file, _operator.Credentials(isForged));
            return new Deployment(this, file);
        }

        internal override IBrokerConnector Connect(BackplaneMetrics metrics, ILoggerFactory loggers, int? proxyPort) => new NatsConnector(
            new NatsBackplaneOptions { Servers = { $"nats://127.0.0.1:{proxyPort ?? _server.Port}" }, CredentialsFile = File },
            metrics,
            loggers.CreateLogger<NatsConnector>());
    }
}
