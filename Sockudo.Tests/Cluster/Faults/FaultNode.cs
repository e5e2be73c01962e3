using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>
/// One node: its process, the clients on it and the publisher pinned to it. The clients are watchers, raw ones and a pusher-js, who see
/// channels and rooms, and residents, who stay in their room until the node ends.
/// </summary>
internal sealed class FaultNode : IAsyncDisposable
{
    private const int ResidentsPerRoom = 4;

    private readonly List<AuditedClient> _watchers = [];
    private readonly List<(string Room, AuditedClient Client)> _residents = [];
    private readonly IReadOnlyList<ChannelRecord> _published;
    private readonly int _perTurn;
    private volatile bool _isEnding;
    private int _turnsFrom;

    private FaultNode(SockudoServer server, string label, int? slot, IReadOnlyList<ChannelRecord> published, FaultLoad load)
    {
        (Server, Label, Slot, _published) = (server, label, slot, published);
        _perTurn = Math.Min(load.ChannelsPerTurn, published.Count);
        Publisher = new Pausable(FaultLoad.Turn, () => PublishAsync(""));
    }

    public static TestApp App { get; } = new("faults");

    public SockudoServer Server { get; }

    public string Label { get; }

    /// <summary>Which of the three it is; null for a node beside them.</summary>
    public int? Slot { get; }

    /// <summary>The channels it publishes.</summary>
    public IReadOnlyList<ChannelRecord> Published => _published;

    public Pausable Publisher { get; }

    public IReadOnlyList<AuditedClient> Watchers => _watchers;

    public IReadOnlyList<(string Room, AuditedClient Client)> Residents => _residents;

    public bool IsGone => Server.Exited.IsCompleted;

    public static async Task<FaultNode> StartAsync(FaultBroker broker, string label, int? slot, IReadOnlyList<ChannelRecord> published, FaultLoad load)
    {
        var setup = new ServerSetup { Apps = [App] }
            .Set("instance.process_id", label)
            .Set("adapter.cluster_health.heartbeat_interval_ms", 500)
            .Set("adapter.cluster_health.node_timeout_ms", 2000)
            .Set("adapter.cluster_health.cleanup_interval_ms", 500);
        broker.Configure(setup);
        load.Configure(setup);
        var node = new FaultNode(await SockudoServer.StartAsync(setup), label, slot, published, load);
        await node.Publisher.PauseAsync();
        return node;
    }

    public async Task PopulateAsync(IEnumerable<ChannelRecord> channels, IReadOnlyList<string> rooms)
    {
        var (all, some) = (await ConnectAsync("watcher"), await ConnectAsync("onlooker"));
        var real = await PusherJsClient.ConnectAsync(Server, App, $"pusher-js-of-{Label}");
        _watchers.AddRange([all, some, real]);
        foreach (var room in rooms)
        {
            await all.JoinAsync(room);
            await real.JoinAsync(room);
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
            await Task.WhenAll(all.WatchAsync(channel), real.WatchAsync(channel));
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

    /// <summary>
    /// Publishes so many turns more at once, each event with this much ballast, but no faster than its own clients read: a publish waits
    /// for nobody and would close them. Its publisher must rest.
    /// </summary>
    public async Task BurstAsync(int turns, int ballast)
    {
        var text = " " + new string('x', ballast);
        for (var i = 0; i < turns; i++)
        {
            await PublishAsync(text);
            if (i % 10 == 0)
            {
                await Eventually.TrueAsync(
                    () => _watchers.All(client => _published.Where(client.Channels.Contains).All(client.IsUpToDate)), $"{Label}'s own clients read what it publishes");
            }
        }
    }

    /// <summary>Ends the processes that belong to a node which is gone; what its clients have seen stays.</summary>
    public async Task RetireAsync()
    {
        foreach (var client in _watchers.OfType<PusherJsClient>())
        {
            await client.DisposeAsync();
        }
    }

    /// <summary>Its own picture of the cluster.</summary>
    public async Task<JsonNode> ClusterAsync() => JsonNode.Parse(await Server.Http.GetStringAsync(new Uri(Server.MetricsUri, "/cluster")))!;

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
    }

    private Task<RawClient> ConnectAsync(string role) => RawClient.ConnectAsync(Server.HttpUri, App, $"{role}-of-{Label}");

    private async Task PublishAsync(string ballast)
    {
        if (_perTurn == 0 || (_isEnding && IsGone))
        {
            return;
        }

        var turn = Enumerable.Range(_turnsFrom, _perTurn).Select(i => _published[i % _published.Count]).ToArray();
        _turnsFrom = (_turnsFrom + _perTurn) % _published.Count;
        var numbers = new int[turn.Length];
        var batch = new JsonArray();
        for (var i = 0; i < turn.Length; i++)
        {
            batch.Add(new JsonObject { ["name"] = "number", ["channel"] = turn[i].Name, ["data"] = turn[i].Take(out numbers[i]) + ballast });
        }

        try
        {
            var answer = await Server.Api(App).PostAsync("/batch_events", new JsonObject { ["batch"] = batch });
            if (answer.Status == HttpStatusCode.OK)
            {
                for (var i = 0; i < turn.Length; i++)
                {
                    turn[i].Confirm(numbers[i]);
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
