using Microsoft.Extensions.Logging;
using Sockudo.Server.Backplane;
using Sockudo.Server.Backplane.Redis;
using Sockudo.Server.RedisConnections;
using Sockudo.Tests.Cluster.Brokers;
using Xunit;

namespace Sockudo.Tests.Cluster.Backplanes;

/// <summary>The driver redis as an ACL user who may do no more than it needs, named by a percent-encoded URL.</summary>
public sealed class RedisUserBackplaneTests(RedisUserBackplaneTests.Deployment broker, ITestOutputHelper output)
    : ProxiedBackplaneConformance<RedisUserBackplaneTests.Deployment>(broker, output)
{
    private const string Password = "p@ss:w/rd%1";

    [Fact]
    public async Task A_wrong_password_is_said_without_saying_it()
    {
        await using var node = Track(new TestNode(Broker.WithPassword("wr0ng"), "node"));

        await node.Backplane.StartAsync(CancellationToken.None);

        Assert.Equal(BackplaneState.Disconnected, node.Backplane.State);
        Assert.Contains("cannot reach", node.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", node.Log, StringComparison.Ordinal);
        Output.WriteLine(node.Log);
    }

    [Fact]
    public async Task A_topic_the_user_may_not_hear_is_an_outage_that_names_it()
    {
        var node = await Track(new TestNode(Broker, "node")).StartAsync();

        await node.SubscribeAsync("somebody-elses-topic");

        await node.IsAsync(BackplaneState.Disconnected);
        Assert.Contains("somebody-elses-topic", node.Log, StringComparison.Ordinal);
        Assert.Contains("NOPERM", node.Log, StringComparison.Ordinal);
        Output.WriteLine(node.Log);
    }

    [Fact]
    public async Task A_topic_the_user_may_not_publish_to_is_refused_and_logged_once()
    {
        var node = await Track(new TestNode(Broker, "node")).StartAsync();

        Assert.Equal(PublishResult.Failed, await node.PublishAsync("somebody-elses-topic", 1, 0));
        Assert.Equal(PublishResult.Failed, await node.PublishAsync("somebody-elses-topic", 1, 1));

        Assert.Equal(BackplaneState.Connected, node.Backplane.State);
        Assert.Single(node.Log.Split('\n'), static line => line.Contains("NOPERM", StringComparison.Ordinal));
    }

    public sealed class Deployment : BrokerDeployment
    {
        private readonly RedisServer _server;
        private readonly string _password;

        public Deployment()
            : this(new RedisServer(
            [
                "--user", "default", "off",
                "--user", "bus", "on", ">" + Password, "resetchannels", "&sockudo_adapter:*", "-@all", "+publish", "+subscribe", "+unsubscribe", "+ping", "+echo",
            ]), Password)
        {
        }

        private Deployment(RedisServer server, string password)
        {
            _server = server;
            _password = password;
        }

        internal override int? ProxiedPort => _server.Port;

        internal override IReadOnlyList<BrokerProcess> Processes => [_server.Process];

        public override async ValueTask InitializeAsync() => await _server.StartAsync();

        internal Deployment WithPassword(string password) => new(_server, password);

        internal override IBrokerConnector Connect(BackplaneMetrics metrics, ILoggerFactory loggers, int? proxyPort) => new RedisConnector(
            new RedisBackplaneOptions { Url = $"redis://bus:{Uri.EscapeDataString(_password)}@127.0.0.1:{proxyPort ?? _server.Port}/3" },
            new RedisConnectionOptions { Host = "not-used.invalid" },
            metrics,
            TimeProvider.System);
    }
}
