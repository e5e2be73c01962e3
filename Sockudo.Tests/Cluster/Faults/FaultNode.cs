using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>
/// One node: its process, the clients on it and the publisher pinned to it. The clients are watchers, who see every channel and room,
/// and residents, who stay in their room until the node ends.
/// </summary>
internal sealed class FaultNode : IAsyncDisposable
{
    private const int ResidentsPerRoom = 4;
    private static readonly TimeSpan PublishPeriod = TimeSpan.FromMilliseconds(30);

    private readonly List<AuditedClient> _watchers = [];
    private readonly List<(string Room, AuditedClient Client)> _residents = [];
    private readonly IReadOnlyList<ChannelRecord> _published;
    private volatile bool _isEnding;

    private FaultNode(SockudoServer server, FaultProxy? proxy, string label, int? slot, IReadOnlyList<ChannelRecord> published)
    {
        (Server, Proxy, Label, Slot, _published) = (server, proxy, label, slot, published);
        Publisher = new Pausable(PublishPeriod, PublishAsync);
    }

    public static TestApp App { get; } = new("faults");

    public SockudoServer Server { get; }

    /// <summary>What its connections to the broker go through, where the broker allows it.</summary>
    public FaultProxy? Proxy { get; }

    public string Label { get; }

    /// <summary>Which of the three it is; null for a node beside them.</summary>
    public int? Slot { get; }

    /// <summary>The channels it publishes.</summary>
    public IReadOnlyList<ChannelRecord> Published => _published;

    public Pausable Publisher { get; }

    public IReadOnlyList<AuditedClient> Watchers => _watchers;

    public IReadOnlyList<(string Room, AuditedClient Client)> Residents => _residents;

    public bool IsGone => Server.Exited.IsCompleted;

    public static async Task<FaultNode> StartAsync(FaultBroker broker, string label, int? slot, IReadOnlyList<ChannelRecord> published)
    {
        var proxy = broker.ProxiedPort is { } port ? new FaultProxy(port) : null;
        var setup = new ServerSetup { Apps = [App] }
            .Set("instance.process_id", label)
            .Set("adapter.cluster_health.heartbeat_interval_ms", 500)
            .Set("adapter.cluster_health.node_timeout_ms", 2000)
            .Set("adapter.cluster_health.cleanup_interval_ms", 500);
        broker.Configure(setup, proxy?.Port);
        var node = new FaultNode(await SockudoServer.StartAsync(setup), proxy, label, slot, published);
        await node.Publisher.PauseAsync();
        return node;
    }

    public async Task PopulateAsync(IEnumerable<ChannelRecord> channels, IReadOnlyList<string> rooms)
    {
        var (all, some) = (await ConnectAsync("watcher"), await ConnectAsync("onlooker"));
        _watchers.AddRange([all, some]);
        foreach (var room in rooms)
        {
            await all.JoinAsync(room);
            for (var i = 0; i < ResidentsPerRoom; i++)
            {
                var resident = await ConnectAsync(string.Create(CultureInfo.InvariantCulture, $"resident-{_residents.Count}"));
                await resident.JoinAsync(room);
                _residents.Add((room, resident));
            }
        }

        var number = 0;
        foreach (var channel in channels)
        {
            await all.WatchAsync(channel);
            if (number++ % 4 == 0)
            {
                await some.WatchAsync(channel);
            }
        }
    }

    /// <summary>From now on a publish may fail, and its clients may be disconnected.</summary>
    public void ExpectEnd() => _isEnding = true;

    /// <summary>Ends the generation of what it publishes; of the confirmed, so many may be lost.</summary>
    public void EndGeneration(int mayMiss)
    {
        foreach (var channel in _published)
        {
            channel.EndGeneration(mayMiss);
        }
    }

    public async Task<bool> IsReadyAsync()
    {
        using var answer = await Server.Http.GetAsync(new Uri("ready", UriKind.Relative));
        return answer.StatusCode == HttpStatusCode.OK;
    }

    /// <summary>A counter or gauge of its scrape, summed over its labels; 0 when it is not there.</summary>
    public async Task<double> MetricAsync(string name)
    {
        var text = await Server.Http.GetStringAsync(Server.MetricsUri);
        return text.Split('\n')
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] is ' ' or '{')
            .Sum(static line => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        await Publisher.DisposeAsync();
        foreach (var client in _watchers.Concat(_residents.Select(static resident => resident.Client)))
        {
            await client.DisposeAsync();
        }

        await Server.DisposeAsync();
        if (Proxy is not null)
        {
            await Proxy.DisposeAsync();
        }
    }

    private Task<AuditedClient> ConnectAsync(string role) => AuditedClient.ConnectAsync(Server.HttpUri, App, $"{role}-of-{Label}");

    private async Task PublishAsync()
    {
        if (_isEnding && IsGone)
        {
            return;
        }

        var numbers = new int[_published.Count];
        var batch = new JsonArray();
        for (var i = 0; i < numbers.Length; i++)
        {
            batch.Add(new JsonObject { ["name"] = "number", ["channel"] = _published[i].Name, ["data"] = _published[i].Take(out numbers[i]) });
        }

        try
        {
            var answer = await Server.Api(App).PostAsync("/batch_events", new JsonObject { ["batch"] = batch });
            if (answer.Status == HttpStatusCode.OK)
            {
                for (var i = 0; i < numbers.Length; i++)
                {
                    _published[i].Confirm(numbers[i]);
                }
            }
            else if (!_isEnding)
            {
                throw new InvalidOperationException($"{Label} answered a publish: {answer}");
            }
        }
        catch (Exception error) when (_isEnding && error is HttpRequestException or OperationCanceledException)
        {
            // Its node is gone: the number stays unconfirmed.
        }
    }
}
