using System.IO.Pipelines;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sockudo.Server.Adapters;
using Sockudo.Server.Apps;
using Sockudo.Server.Caching;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;
using Sockudo.Server.Hosting;
using Sockudo.Server.Metrics;
using Sockudo.Server.Metrics.Prometheus;
using Sockudo.Server.Protocol;
using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Hosting;

public sealed class ScrapeTests
{
    [Fact]
    public async Task A_scrape_does_not_wait_for_a_channels_lock()
    {
        using var metrics = new ServerMetrics();
        using var loop = new OutputLoop(0);
        using var turn = new HeldTurn();
        var connections = new ConnectionRegistry();
        var channels = new ChannelRegistry(new CachedEvents(new MemoryCache<CachedFrame>(10, new FakeTimeProvider())), turn);
        var adapter = new LocalAdapter(connections, channels, turn);
        ServerObservation.ObserveGauges(metrics, connections, channels);
        var exporter = new PrometheusExporter(metrics, "sockudo_", 9601, NullLogger<PrometheusExporter>.Instance);
        var connection = new Connection(new SocketIdSource().Next(), TestApps.Default, metrics.ForApp(TestApps.Default.Id), new FakeSink(), loop, new WebSocketOptions(), 0);
        Assert.True(adapter.TryConnect(connection));

        // Its subscription is told to the observer within the channel's turn, which is not over until it is let go.
        var subscribing = Task.Run(() => adapter.Subscribe(connection, Node.Name("presence-room"), new PresenceMember("7", PresenceMember.NoInfo)), TestContext.Current.CancellationToken);
        await turn.Entered.DeadlineAsync();
        var scraped = await Task.Run(() => ScrapeAsync(exporter), TestContext.Current.CancellationToken).DeadlineAsync();

        Assert.Contains("sockudo_connected{app_id=\"shop\",port=\"9601\"} 1", scraped, StringComparison.Ordinal);
        Assert.False(subscribing.IsCompleted);
        turn.Release();
        await subscribing.DeadlineAsync();
    }

    private static async Task<string> ScrapeAsync(PrometheusExporter exporter)
    {
        using var text = new MemoryStream();
        var writer = PipeWriter.Create(text);
        await exporter.WriteAsync(writer, CancellationToken.None);
        await writer.FlushAsync();
        return Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>Stays inside the channel's turn until it is released.</summary>
    private sealed class HeldTurn : IOccupancyObserver, IDisposable
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _released = new();

        public Task Entered => _entered.Task;

        public void Release() => _released.Set();

        public void Dispose() => _released.Dispose();

        public void ChannelOccupied(App app, ChannelName channel)
        {
            // Only the member's transition is held.
        }

        public void ChannelVacated(App app, ChannelName channel)
        {
            // Nobody leaves.
        }

        public void MemberAdded(App app, ChannelName channel, string userId)
        {
            _entered.SetResult();
            _released.Wait(TimeSpan.FromSeconds(30));
        }

        public void MemberRemoved(App app, ChannelName channel, string userId)
        {
            // Nobody leaves.
        }

        public void UserOnline(App app, string userId, bool isKnown)
        {
            // Nobody signs in.
        }

        public void UserOffline(App app, string userId)
        {
            // Nobody signs in.
        }

        public void SubscriptionCountChanged(App app, ChannelName channel, int count, Channel here)
        {
            // Of no interest.
        }
    }
}
