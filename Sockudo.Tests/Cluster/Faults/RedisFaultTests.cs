using Sockudo.Tests.Infrastructure;
using StackExchange.Redis;
using Xunit;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>Every fault on one Redis.</summary>
public sealed class RedisFaultTests(RedisFaultTests.Fixture fixture, ITestOutputHelper output) : FaultTest(fixture, output), IClassFixture<RedisFaultTests.Fixture>
{
    [Fact]
    public Task Every_event_member_and_count_is_the_same_on_all_nodes() => Cases.Everything_reaches_everybody();

    [Fact]
    public Task A_node_killed_takes_its_members_along_and_nothing_else() => Cases.Kill_a_node();

    [Fact]
    public Task A_node_that_stops_says_goodbye() => Cases.Stop_a_node_gracefully();

    [Fact]
    public Task A_node_added_under_load_sees_what_the_others_see() => Cases.Add_a_node();

    [Fact]
    public Task A_node_frozen_for_less_than_the_timeout_is_not_missed() => Cases.Freeze_a_node(TimeSpan.FromSeconds(1), dies: false);

    [Fact]
    public Task A_node_frozen_for_longer_than_the_timeout_gets_its_members_back() => Cases.Freeze_a_node(TimeSpan.FromSeconds(4), dies: true);

    [Fact]
    public Task A_broker_restarted_at_once_costs_nothing() => Cases.Take_the_broker_away(TimeSpan.Zero);

    [Fact]
    public Task A_broker_away_for_seconds_costs_nothing_but_time() => Cases.Take_the_broker_away(TimeSpan.FromSeconds(IsLong ? 10 : 5));

    [Fact]
    public Task The_connections_of_one_node_cut_cost_nothing() => Cases.Cut_connections(0);

    [Fact]
    public Task The_connections_of_all_nodes_cut_cost_nothing() => Cases.Cut_connections(0, 1, 2);

    [Fact]
    public async Task A_slow_network_costs_nothing_but_time()
    {
        foreach (var node in Cluster.Nodes)
        {
            node.Proxy!.Delay = (TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(30));
        }

        try
        {
            await Cases.Everything_reaches_everybody();
        }
        finally
        {
            foreach (var node in Cluster.Nodes)
            {
                node.Proxy!.Delay = default;
            }
        }
    }

    [Fact]
    public async Task Garbage_on_every_topic_is_counted_and_nothing_else()
    {
        var before = await Cases.SumAsync("sockudo_cluster_garbage_total") + await Cases.SumAsync("sockudo_cluster_refused_total");
        await Cases.Disturb(PublishGarbageAsync);
        var counted = await Cases.SumAsync("sockudo_cluster_garbage_total") + await Cases.SumAsync("sockudo_cluster_refused_total") - before;
        Output.WriteLine($"messages counted as garbage: {counted}");
        Assert.True(counted >= Cluster.Nodes.Count * 4, $"Only {counted} were counted.");
    }

    private async Task PublishGarbageAsync()
    {
        await using var foreign = await ConnectionMultiplexer.ConnectAsync(fixture.Address);
        var server = foreign.GetServer(fixture.Address);
        var subscriber = foreign.GetSubscriber();
        var topics = (await server.SubscriptionChannelsAsync(RedisChannel.Pattern("*sockudo_adapter*"))).Where(static topic => !topic.ToString().StartsWith("__", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(topics);
        var heard = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        await subscriber.SubscribeAsync(topics.Single(static topic => topic.ToString().EndsWith("stream-0", StringComparison.Ordinal)), (_, message) => heard.TrySetResult(message!));
        var real = await heard.Task.WithinAsync("a message of a node");
        var random = new Random(7);
        foreach (var topic in topics)
        {
            foreach (var length in new[] { 0, 1, 7, 200, 100_000, 3_000_000 })
            {
                var noise = new byte[length];
                random.NextBytes(noise);
                await subscriber.PublishAsync(topic, noise);
            }

            foreach (var cut in new[] { 1, real.Length / 2, real.Length - 1 })
            {
                await subscriber.PublishAsync(topic, real.AsMemory(0, cut));
            }

            byte[] longer = [.. real, .. "and more"u8];
            await subscriber.PublishAsync(topic, longer);
            // Exactly what a node has said, again and on a topic it did not say it on.
            await subscriber.PublishAsync(topic, real);
        }

        Output.WriteLine($"topics: {string.Join(", ", topics.Select(static topic => topic.ToString()))}");
    }

    public sealed class Fixture : FaultFixture
    {
        public Fixture()
            : base(new FaultBrokers.Redis())
        {
        }

        internal string Address => $"127.0.0.1:{((FaultBrokers.Redis)Broker).Port}";
    }
}
