using Microsoft.Extensions.Logging;
using Sockudo.Server.Backplane;
using Sockudo.Server.Backplane.Redis;
using Sockudo.Server.RedisConnections;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Backplanes;

/// <summary>What the log says of a user of Redis who lacks a right.</summary>
public sealed class RedisRightsTests(RedisRightsTests.Server server, ITestOutputHelper output) : IClassFixture<RedisRightsTests.Server>
{
    [Fact]
    public async Task The_right_that_is_missing_is_named()
    {
        server.User = "noecho";
        await using var node = new TestNode(server, "node");
        await node.Backplane.StartAsync(CancellationToken.None);

        output.WriteLine(node.Log);
        Assert.Contains("NOPERM", node.Log, StringComparison.Ordinal);
        Assert.Contains("echo", node.Log, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("abortConnect", node.Log, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("nosubscribe", "'subscribe'")]
    [InlineData("nochannel", "channel")]
    public async Task The_right_that_a_topic_misses_is_named(string user, string right)
    {
        server.User = user;
        await using var node = new TestNode(server, "node");
        await node.SubscribeAsync("sockudo_adapter:topic");
        await node.Backplane.StartAsync(CancellationToken.None);

        await Eventually.TrueAsync(
            () => node.Log.Contains("NOPERM", StringComparison.Ordinal) && node.Log.Contains(right, StringComparison.Ordinal), "the log names the right",
            TestNode.Deadline, () => node.Log);
    }

    /// <summary>
    /// A redis-server with a user for each right that is missing: ECHO, which the library needs to connect, SUBSCRIBE, and our channels.
    /// </summary>
    public sealed class Server : BrokerDeployment
    {
        private readonly RedisServer _server = new([
            "--user", "noecho", "on", ">pw", "resetchannels", "&sockudo_adapter:*", "-@all", "+publish", "+subscribe", "+unsubscribe", "+ping",
            "--user", "nosubscribe", "on", ">pw", "resetchannels", "&sockudo_adapter:*", "-@all", "+publish", "+unsubscribe", "+ping", "+echo",
            "--user", "nochannel", "on", ">pw", "resetchannels", "-@all", "+publish", "+subscribe", "+unsubscribe", "+ping", "+echo",
        ]);

        internal string User { get; set; } = "noecho";

        internal override int? ProxiedPort => _server.Port;

        internal override IReadOnlyList<BrokerProcess> Processes => [_server.Process];

        public override async ValueTask InitializeAsync() => await _server.StartAsync();

        internal override IBrokerConnector Connect(BackplaneMetrics metrics, ILoggerFactory loggers, int? proxyPort) => new RedisConnector(
            new RedisBackplaneOptions { Url = $"redis://{User}:pw@127.0.0.1:{proxyPort ?? _server.Port}" }, new RedisConnectionOptions(), metrics, TimeProvider.System);
    }
}
