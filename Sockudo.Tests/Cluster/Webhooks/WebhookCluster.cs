using System.Diagnostics;
using System.Globalization;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;
using Sockudo.Tests.Integration.Webhooks;
using Xunit;

namespace Sockudo.Tests.Cluster.Webhooks;

/// <summary>Three nodes on one Redis that keeps what it was told, and a receiver. Each test has an app of its own; a node that was killed is started again by the next.</summary>
public sealed class WebhookCluster : IAsyncLifetime
{
    private const int Size = 3;
    private static readonly TimeSpan SettledAfter = TimeSpan.FromSeconds(6);

    private readonly SockudoServer?[] _nodes = new SockudoServer?[Size];
    private readonly List<string> _logs = [];
    private TestApp[] _apps = [];
    private int _appsTaken;
    private int _started;
    private bool _isSettled;

    internal RedisServer Redis { get; } = new(["--appendonly", "yes", "--appendfsync", "always"]);

    public WebhookReceiver Receiver { get; private set; } = null!;

    public SockudoServer this[int node] => _nodes[node]!;

    public IEnumerable<SockudoServer> Nodes => _nodes.OfType<SockudoServer>();

    public string Logs => string.Join("\n\n", _logs.Concat(_nodes.OfType<SockudoServer>().Select(node => node.Log)));

    public async ValueTask InitializeAsync()
    {
        await Redis.StartAsync();
        Receiver = await WebhookReceiver.StartAsync();
        _apps = [.. Enumerable.Range(0, 10).Select(i => WebhookApps.App($"app-{i}", WebhookApps.Entry(Receiver.Url($"/app-{i}"), WebhookApps.EveryType)))];
    }

    /// <summary>An app no other test uses; its webhooks come on the path of its id.</summary>
    public async Task<TestApp> NextAppAsync()
    {
        await EnsureAsync();
        Receiver.Answer = null;
        return _apps[_appsTaken++];
    }

    public async Task KillAsync(int node)
    {
        var server = this[node];
        server.Signal(ProcessSignal.Kill);
        await server.Exited.WithinAsync("the end of the killed node");
        _logs.Add(server.Log);
        await server.DisposeAsync();
        _nodes[node] = null;
        _isSettled = false;
    }

    /// <summary>Kills Redis.</summary>
    public Task KillRedisAsync()
    {
        _isSettled = false;
        return Redis.Process.KillAsync();
    }

    /// <summary>Kills the node that has the most to deliver.</summary>
    public async Task KillBusiestAsync()
    {
        var depths = new double[Size];
        await Eventually.TrueAsync(
            async () => (depths = await Task.WhenAll(Enumerable.Range(0, Size).Select(node => MetricAsync(this[node], "sockudo_webhook_queue_depth")))).Max() > 0,
            "a node has something to deliver");
        await KillAsync(Array.IndexOf(depths, depths.Max()));
    }

    /// <summary>Waits until what was noted so far is in Redis.</summary>
    public async Task StoredAsync()
    {
        foreach (var node in Nodes)
            await Eventually.TrueAsync(async () => await MetricAsync(node, "sockudo_webhook_queue_unstored") == 0, "everything is stored", TimeSpan.FromSeconds(30));
    }

    public static async Task<double> MetricAsync(SockudoServer node, string name)
    {
        var text = await node.Http.GetStringAsync(node.MetricsUri, TestContext.Current.CancellationToken);
        return text.Split('\n').Where(line => line.StartsWith(name + "{", StringComparison.Ordinal))
            .Sum(line => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes) await node.DisposeAsync();
        await Receiver.DisposeAsync();
        await Redis.DisposeAsync();
    }

    private async Task EnsureAsync()
    {
        // One after another: the first reads every partition.
        for (var i = 0; i < Size; i++) _nodes[i] ??= await SockudoServer.StartAsync(Setup());
        if (_isSettled) return;

        // Whose a channel is to tell is not settled while a cluster forms (docs/guarantees.md): they have heard each other for a while.
        var since = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync(
            async () =>
            {
                if (!await IsWholeAsync()) since = Stopwatch.GetTimestamp();
                return Stopwatch.GetElapsedTime(since) > SettledAfter;
            },
            "the cluster is whole", TimeSpan.FromSeconds(90), () => Logs);
        _isSettled = true;
    }

    private async Task<bool> IsWholeAsync()
    {
        foreach (var node in Nodes)
        {
            if (await MetricAsync(node, "sockudo_cluster_nodes") != Size || await MetricAsync(node, "sockudo_cluster_proven") != 1) return false;
        }

        return true;
    }

    private ServerSetup Setup() => WebhookApps.Setup(_apps)
        .Set("instance.process_id", string.Create(CultureInfo.InvariantCulture, $"node-{_started++}"))
        .Set("adapter.driver", "redis")
        .Set("adapter.cluster_health.heartbeat_interval_ms", 1000)
        .Set("adapter.cluster_health.node_timeout_ms", 3000)
        .Set("adapter.cluster_health.cleanup_interval_ms", 1000)
        .Set("queue.driver", "redis")
        .Set("database.redis.host", "127.0.0.1")
        .Set("database.redis.port", Redis.Port);
}
