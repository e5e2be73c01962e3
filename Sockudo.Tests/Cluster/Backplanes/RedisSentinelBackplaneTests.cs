using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Sockudo.Server.Backplane;
using Sockudo.Server.Backplane.Redis;
using Sockudo.Server.RedisConnections;
using Sockudo.Tests.Cluster.Brokers;
using Xunit;

namespace Sockudo.Tests.Cluster.Backplanes;

/// <summary>The driver redis over sentinels that have a password of their own.</summary>
public sealed class RedisSentinelBackplaneTests(RedisSentinelBackplaneTests.Deployment broker, ITestOutputHelper output)
    : BackplaneConformance<RedisSentinelBackplaneTests.Deployment>(broker, output)
{
    [Fact]
    public async Task After_the_master_was_killed_all_publish_and_hear_on_the_new_one()
    {
        var (node, inbox) = await NodeAsync("node");
        var (other, others) = await NodeAsync("other");
        await node.ReachesAsync(Topic, inbox, others);
        var switched = Task.WhenAll(Broker.Set.Sentinels.Select(static sentinel => sentinel.SeenAgainAsync("+switch-master")));

        await Broker.Set.Master().Process.KillAsync();
        await node.IsAsync(BackplaneState.Disconnected);
        await switched;
        var started = Stopwatch.GetTimestamp();
        await node.ReachesAsync(Topic, inbox, others);
        await other.ReachesAsync(Topic, inbox, others);
        Output.WriteLine($"healed {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms after the sentinels had switched");

        await PublishAllAsync(node, 1, 100);
        await Task.WhenAll(inbox.HasFromAsync(1, 99), others.HasFromAsync(1, 99));
        Assert.Equal(Enumerable.Range(0, 100), others.From(1));
        Assert.Equal(Enumerable.Range(0, 100), inbox.From(1));
    }

    [Fact]
    public async Task A_master_that_is_frozen_and_replaced_is_left_although_its_connection_stays_open()
    {
        var (node, inbox) = await NodeAsync("node");
        await node.ReachesAsync(Topic, inbox);
        var old = Broker.Set.Master();
        var switched = Task.WhenAll(Broker.Set.Sentinels.Select(static sentinel => sentinel.SeenAgainAsync("+switch-master")));

        old.Process.Freeze();
        await switched;
        var started = Stopwatch.GetTimestamp();
        await node.ReachesAsync(Topic, inbox);
        Output.WriteLine($"healed {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms after the sentinels had switched");

        Assert.Contains("the sentinels name", node.Log, StringComparison.Ordinal);
        old.Process.Thaw();
        await Broker.ReviveAsync();
        await node.ReachesAsync(Topic, inbox);
    }

    [Fact]
    public async Task A_wrong_sentinel_password_is_an_outage()
    {
        await using var node = Track(new TestNode(new Deployment(Broker.Set, "wr0ng"), "node"));

        await node.Backplane.StartAsync(CancellationToken.None);

        Assert.Equal(BackplaneState.Disconnected, node.Backplane.State);
        Assert.DoesNotContain("wr0ng", node.Log, StringComparison.Ordinal);
        Output.WriteLine(node.Log);
    }

    public sealed class Deployment : BrokerDeployment
    {
        private readonly string _sentinelPassword;

        public Deployment()
            : this(new SentinelSet(), SentinelSet.SentinelPassword)
        {
        }

        internal Deployment(SentinelSet set, string sentinelPassword)
        {
            Set = set;
            _sentinelPassword = sentinelPassword;
        }

        internal SentinelSet Set { get; }

        internal override IReadOnlyList<BrokerProcess> Processes => [.. Set.Processes];

        public override async ValueTask InitializeAsync() => await Set.StartAsync();

        internal override async Task ReviveAsync()
        {
            await base.ReviveAsync();
            await Set.ServesAsync();
        }

        internal override IBrokerConnector Connect(BackplaneMetrics metrics, ILoggerFactory loggers, int? proxyPort)
        {
            var options = new RedisConnectionOptions
            {
                SentinelPassword = _sentinelPassword,
                Name = SentinelSet.MasterName,
                Password = SentinelSet.Password,
                ConnectTimeoutMs = 2_000,
            };
            foreach (var port in Set.SentinelPorts)
            {
                options.Sentinels.Add($"127.0.0.1:{port}");
            }

            return new RedisConnector(new RedisBackplaneOptions(), options, metrics, TimeProvider.System);
        }
    }
}
