using System.Diagnostics;
using System.Globalization;
using System.Text;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>
/// Three nodes as processes over a real broker, under load: each channel has a publisher of its own, pinned to one node; clients on
/// every node watch all channels; presence users come, go and move. Shared by the tests of a driver; each leaves three healthy nodes.
/// </summary>
internal sealed class FaultCluster(FaultBroker broker, FaultLoad load) : IAsyncDisposable
{
    private const int Size = 3;

    private readonly ChannelRecord[] _channels =
        [.. Enumerable.Range(0, FaultLoad.Channels).Select(static i => new ChannelRecord(string.Create(CultureInfo.InvariantCulture, $"channel-{i}")))];

    private readonly List<FaultNode> _past = [];
    private readonly HashSet<FaultNode> _avoided = [];
    private PresenceChurn? _churn;

    // Replaced, not changed: the churn reads it.
    private volatile FaultNode[] _nodes = [];
    private int _started;

    public IReadOnlyList<FaultNode> Nodes => _nodes;

    public FaultLoad Load => load;

    public IReadOnlyList<ChannelRecord> Channels => _channels;

    /// <summary>Presence users who have been there.</summary>
    public int UsersSeen => _churn?.Seen ?? 0;

    public string Logs
    {
        get
        {
            var text = new StringBuilder();
            foreach (var node in _past.Concat(_nodes))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"--- {node.Label}").AppendLine(node.Server.Log);
            }

            return text.ToString();
        }
    }

    /// <summary>Starts what is missing for three healthy nodes and lets the load run.</summary>
    public async Task EnsureAsync()
    {
        if (_churn is null)
        {
            await broker.StartAsync();
            _churn = new PresenceChurn(load.Users, load.Rooms, load.ChurnPeriod, () => [.. _nodes.Where(node => !_avoided.Contains(node))]);
            await _churn.Load.PauseAsync();
        }

        await ReplaceMissingAsync();
    }

    /// <summary>Waits until every channel has seen that many more events, so that a fault falls into a running load.</summary>
    public async Task LoadedAsync(int? events = null)
    {
        var goals = _nodes.SelectMany(static node => node.Published).Select(channel => (Channel: channel, channel.Now.Generation, Goal: channel.Confirmed + (events ?? load.Events))).ToArray();
        await Eventually.TrueAsync(
            () => Task.FromResult(goals.All(static goal => goal.Channel.Now.Generation != goal.Generation || goal.Channel.Confirmed >= goal.Goal)),
            "events on every channel", TimeSpan.FromSeconds(30), () => string.Join('\n', Failures()));
    }

    /// <summary>Nobody comes, goes or moves until the next audit is over.</summary>
    public Task RestChurnAsync() => _churn!.Load.PauseAsync();

    /// <summary>The churn does not touch this node until <see cref="TouchAgainAsync"/>.</summary>
    public async Task AvoidAsync(params FaultNode[] nodes)
    {
        await _churn!.Load.PauseAsync();
        _avoided.UnionWith(nodes);
        _churn.Load.Resume();
    }

    public async Task TouchAgainAsync()
    {
        await _churn!.Load.PauseAsync();
        _avoided.Clear();
        _churn.Load.Resume();
    }

    /// <summary>Takes a node whose process has ended out of the cluster; what it published as last may miss so many.</summary>
    public async Task RemoveAsync(FaultNode node, int mayMiss)
    {
        await node.Publisher.PauseAsync();
        node.EndGeneration(mayMiss);
        _nodes = [.. _nodes.Where(other => other != node)];
        _past.Add(node);
        await node.RetireAsync();
        await TouchAgainAsync();
    }

    /// <summary>Adds a node beside the three, with clients on it; it publishes nothing.</summary>
    public async Task<FaultNode> AddAsync()
    {
        var node = await StartNodeAsync(null);
        _nodes = [.. _nodes, node];
        return node;
    }

    public async Task ReplaceMissingAsync()
    {
        foreach (var node in _nodes.Where(static node => node.IsGone))
        {
            node.ExpectEnd();
            await RemoveAsync(node, 1_000);
        }

        var missing = Enumerable.Range(0, Size).Where(slot => !Array.Exists(_nodes, node => node.Slot == slot)).ToArray();
        _nodes = [.. _nodes, .. await Task.WhenAll(missing.Select(slot => StartNodeAsync(slot)))];
        Resume();
    }

    /// <summary>Rests the load and holds everything every client, node and API says against the truth.</summary>
    public async Task AuditAsync(ITestOutputHelper output)
    {
        await Task.WhenAll([_churn!.Load.PauseAsync(), .. _nodes.Select(static node => node.Publisher.PauseAsync())]);
        try
        {
            var started = Stopwatch.GetTimestamp();
            var taken = 0;
            foreach (var client in _nodes.SelectMany(static node => node.Watchers))
            {
                var missed = 0;
                await Eventually.TrueAsync(
                    () => Task.FromResult(client.Closed.IsCompleted || client.Missing(out missed) is null), $"{client.UserId} has every event",
                    TimeSpan.FromSeconds(20), () => client.Missing(out _) ?? "");
                taken = Math.Max(taken, missed);
            }

            Assert.Empty(Disconnected());
            await new ClusterTruth(_nodes, _churn, load.Rooms).HoldsAsync();
            output.WriteLine($"audit: {_channels.Sum(static channel => channel.Now.Next)} events of this generation complete on {_nodes.Sum(static node => node.Watchers.Count)} clients; "
                + $"settled in {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms; confirmed events that deaths so far took of a client: {taken}");
            Assert.Empty(Failures());
        }
        finally
        {
            Resume();
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_churn is not null)
            {
                await _churn.DisposeAsync();
            }

            await Task.WhenAll(_past.Concat(_nodes).Select(static node => node.DisposeAsync().AsTask()));
        }
        finally
        {
            // Whatever the nodes' end threw: no broker may outlive the tests.
            await broker.DisposeAsync();
        }
    }

    private async Task<FaultNode> StartNodeAsync(int? slot)
    {
        var published = slot is { } own ? _channels.Where((_, i) => i % Size == own).ToArray() : [];
        var node = await FaultNode.StartAsync(broker, string.Create(CultureInfo.InvariantCulture, $"node-{_started++}"), slot, published, load);
        try
        {
            await node.PopulateAsync(_channels, load.Rooms);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets the whole load run.</summary>
    public void Resume()
    {
        _churn!.Load.Resume();
        foreach (var node in _nodes.Where(static node => node.Published.Count > 0))
        {
            node.Publisher.Resume();
        }
    }

    private IEnumerable<string> Disconnected() =>
    [
        .. from client in _nodes.SelectMany(static node => node.Watchers)
           where client.Closed.IsCompletedSuccessfully
           select $"{client.UserId} was disconnected with {client.Closed.Result.Code}",
    ];

    private IEnumerable<string> Failures() =>
    [
        .. _past.Concat(_nodes).SelectMany(static node => node.Watchers.Concat(node.Residents.Select(static resident => resident.Client))).SelectMany(static client => client.Violations),
        .. _churn!.Violations,
        .. _past.Concat(_nodes).SelectMany(static node => node.Publisher.Failures).Concat(_churn.Load.Failures).Select(static failure => failure.Message),
        .. Disconnected(),
    ];
}
