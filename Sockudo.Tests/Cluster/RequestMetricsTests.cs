using Sockudo.Server.Adapters.Cluster;
using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Server.Channels;
using Sockudo.Server.Transport;
using Sockudo.Tests.Cluster.Simulation;
using Sockudo.Tests.Infrastructure;
using Sockudo.Tests.Unit.Metrics;
using Xunit;

namespace Sockudo.Tests.Cluster;

/// <summary>The original's metrics of requests between nodes, by name, type and labels, and what they count here.</summary>
public sealed class RequestMetricsTests : IAsyncLifetime
{
    private const string Prefix = "sockudo_horizontal_adapter_";
    private static readonly (string, string)[] Labels = [("app_id", "global"), ("port", Scraper.Port)];

    private readonly MemoryBroker _broker = new();
    private readonly OutputLoop _loop = new(0);
    private readonly Scraper _scraper = new();
    private readonly List<RuntimeNode> _nodes = [];

    public async ValueTask InitializeAsync()
    {
        for (var i = 0; i < 2; i++) _nodes.Add(await RuntimeNode.StartAsync(_broker, i, new LockedObserver(new SimObserver($"{i}", []))));
        ClusterInstruments.AddTo(_scraper.Metrics, _nodes[1].Core, _nodes[1].Runtime);
        await RuntimeTests.Eventually(() => _nodes.TrueForAll(static node => node.IsReady), "both are ready");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        _scraper.Dispose();
        _loop.Dispose();
    }

    [Theory]
    [InlineData("sent_requests")]
    [InlineData("received_requests")]
    [InlineData("resolved_promises")]
    [InlineData("uncomplete_promises")]
    public void It_is_a_counter_of_no_app_that_a_join_leaves_at_zero(string name)
    {
        var client = new RuntimeClient(_loop);
        Assert.True(_nodes[1].Adapter.TryConnect(client.Connection));
        client.Subscribe(_nodes[1], "presence-room", "ada");

        var scrape = _scraper.Scrape();

        Assert.Equal("counter", scrape.Families[Prefix + name].Type);
        Assert.Equal(0, scrape.Value(Prefix + name, Labels));
    }

    [Fact]
    public void Answers_are_a_counter_of_no_app()
    {
        var scrape = _scraper.Scrape();

        Assert.Equal("counter", scrape.Families[Prefix + "received_responses"].Type);
        Assert.InRange(scrape.Value(Prefix + "received_responses", Labels), 0, 1);
    }

    [Fact]
    public void The_time_is_a_histogram_before_anything_was_asked() => Assert.Equal("histogram", _scraper.Scrape().Families[Prefix + "resolve_time"].Type);

    [Fact]
    public async Task A_repair_is_a_request_sent_received_answered_and_timed()
    {
        using var other = new Scraper();
        ClusterInstruments.AddTo(other.Metrics, _nodes[0].Core, _nodes[0].Runtime);
        var before = _scraper.Scrape();
        await LoseAsync();
        await RuntimeTests.Eventually(() => _nodes[1].Counters.Repaired > 0, "what was lost is repaired");

        var (after, asked) = (_scraper.Scrape(), other.Scrape());

        Assert.True(Of(after, "sent_requests") >= 1);
        Assert.True(Of(asked, "received_requests") >= 1);
        Assert.True(Of(after, "received_responses") > Of(before, "received_responses"));
        Assert.True(Of(after, "resolved_promises") >= 1);
        Assert.Equal(Of(after, "resolved_promises"), after.Value(Prefix + "resolve_time_count", Labels));
        Assert.Equal(Of(after, "resolved_promises"), after.Value(Prefix + "resolve_time_bucket", [.. Labels, ("le", "+Inf")]));
        Assert.Single(after.Samples, static sample => sample.Name == Prefix + "resolve_time_bucket" && sample.Labels["le"] == "0.005");
        Assert.Equal(Of(after, "sent_requests"), Of(after, "resolved_promises") + Of(after, "uncomplete_promises"));
    }

    [Fact]
    public async Task A_request_that_nobody_answers_in_time_is_uncomplete_and_nothing_else_is()
    {
        await LoseAsync(MessageKind.RepairChunk);
        await RuntimeTests.Eventually(() => Of(_scraper.Scrape(), "uncomplete_promises") >= 2, "the request is repeated");
        Assert.Equal(0, Of(_scraper.Scrape(), "resolved_promises"));
    }

    private static double Of(Exposition scrape, string name) => scrape.Value(Prefix + name, Labels);

    /// <summary>Loses an event of the first node, and from then on this kind of message.</summary>
    private async Task LoseAsync(MessageKind afterwards = MessageKind.None)
    {
        Assert.True(ChannelName.TryParse("news", 200, out var name, out _));
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _broker.Loses = kind => kind == MessageKind.Batch && (lost.TrySetResult() || true);
        _nodes[0].Adapter.Publish(RuntimeNode.App, name, SimClient.Event("news", 0, 0), null, remember: false);
        await lost.Task.WithinAsync("the event is lost");
        _broker.Loses = kind => kind == afterwards;
    }
}
