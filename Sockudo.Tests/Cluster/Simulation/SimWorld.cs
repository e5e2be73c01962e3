using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sockudo.Server.Adapters;
using Sockudo.Server.Adapters.Cluster;
using Sockudo.Server.Apps;
using Sockudo.Server.Backplane;
using Sockudo.Server.Metrics;
using Sockudo.Server.Protocol;
using Sockudo.Server.Transport;

namespace Sockudo.Tests.Cluster.Simulation;

/// <summary>
/// Nodes, a broker between them and time, all in one thread and from one seed. A message of one publisher to one topic keeps its
/// order at each subscriber; nothing else is promised, and what is promised can be broken link by link.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "The output loop is disposed of before its first use.")]
internal sealed partial class SimWorld
{
    private const int TickMs = 100;

    // How often a node looks what is stored and says so.
    private const int StoreTickMs = 25;

    private readonly PriorityQueue<Action, (long At, long Order)> _agenda = new();
    private readonly Dictionary<(int From, int To, string Topic), long> _lastDelivery = [];
    private readonly Random _network;
    private readonly OutputLoop _loop;
    private readonly AppMetrics _metrics = new("sim");
    private readonly double[,] _loss;
    private readonly (int Min, int Max)[,] _delay;
    private readonly int[] _incarnations;
    private readonly byte[] _scratch = new byte[64 * 1024];
    private readonly Random _room;
    private long _order;
    private long _lastSocket;

    public SimWorld(int nodes, int seed, Action<ClusterOptions>? configure = null)
    {
        Seed = seed;
        _network = new Random(seed);
        _room = new Random(seed);
        Configure = configure;
        Outside = new SimOutside(Clock);
        Nodes = new SimNode[nodes];
        _incarnations = new int[nodes];
        _loss = new double[nodes, nodes];
        _delay = new (int, int)[nodes, nodes];
        for (var i = 0; i < nodes; i++)
        {
            for (var j = 0; j < nodes; j++) _delay[i, j] = (1, 4);
        }

        // The loop's thread ends before the first frame: clients are read when the simulation says so.
        _loop = new OutputLoop(0);
        _loop.Dispose();
        try
        {
            _loop.Schedule(null!);
        }
        catch (ObjectDisposedException)
        {
            // It slept; it will not be woken again.
        }
    }

    public int Seed { get; }

    public Action<ClusterOptions>? Configure { get; set; }

    public App App { get; init; } = new() { Id = "sim", Key = "key", Secret = "secret", EnableWatchlistEvents = true };

    public ClusterHealthOptions Health { get; } = new() { HeartbeatIntervalMs = 500, NodeTimeoutMs = 2000, CleanupIntervalMs = 500 };

    public bool CountsSubscriptions { get; init; } = true;

    /// <summary>The largest message the broker takes; it may change while the nodes run.</summary>
    public int MaxMessageBytes { get; set; } = 64 * 1024;

    /// <summary>A node is not ready with a broker that takes less.</summary>
    public int LeastMessageBytes { get; set; }

    /// <summary>Whether the broker refuses a message of a node, and would do so for ever.</summary>
    public Func<SimNode, byte[], PublishResult?> Refuses { get; set; } = static (_, _) => null;

    public SimClock Clock { get; } = new();

    public SimNode[] Nodes { get; }

    public List<string> Violations { get; } = [];

    /// <summary>What any node told the outside.</summary>
    public SimOutside Outside { get; }

    /// <summary>Whether there was a moment after the first start without a running process: what the outside knew then, nobody knows any more.</summary>
    public bool WasEmpty { get; private set; }

    public ILoggerProvider? Logs { get; set; }

    public double Duplication { get; set; }

    /// <summary>How much later than a stream's message one to a single node may come: the two topics have no order between them.</summary>
    public int DirectDelayMs { get; set; }

    /// <summary>How much of that it is always.</summary>
    public int LeastDirectDelayMs { get; set; }

    /// <summary>How often the queues of a node's clients have room, each time they are asked.</summary>
    public double RoomChance { get; set; } = 1;

    /// <summary>Messages the broker was given.</summary>
    public long Published { get; private set; }

    /// <summary>Sees each message before the broker does; false loses it.</summary>
    public Func<SimNode, string, byte[], bool> Filter { get; set; } = static (_, _, _) => true;

    public List<string> Reconnects { get; } = [];

    /// <summary>Starts a process on a machine.</summary>
    public SimNode Start(int index, string? label = null)
    {
        var options = new ClusterOptions
        {
            Prefix = "sim:",
            Label = label ?? $"node-{index}",
            RingBytes = 4 * 1024 * 1024,
            RingAgeMs = 300_000,
            RequestTimeoutMs = 1000,
            MaxBatchBytes = 4096,
        };
        Configure?.Invoke(options);
        var incarnation = _incarnations[index]++;
        var skew = TimeSpan.FromMilliseconds(_network.Next(-3000, 3000));
        var epoch = new UInt128((ulong)_network.NextInt64(), (ulong)_network.NextInt64());
        var node = new SimNode(index, incarnation, epoch, App, new SimTime(Clock, skew), options, Health, new BrokerLimit(() => MaxMessageBytes, "the limit of the simulated broker", LeastMessageBytes), CountsSubscriptions, Violations, Outside, Clock,
            Logs?.CreateLogger($"node {index}/{incarnation}") ?? NullLogger.Instance);
        node.Core.HasRoom = () => RoomChance >= 1 || _room.NextDouble() < RoomChance;
        node.Core.ReconnectWanted = why => Reconnects.Add($"{Clock.Now} {index} {why}");
        Nodes[index] = node;
        // An orchestrator's probe does not wait for the start.
        node.Core.IsReady(out _);
        node.Core.Start();
        At(Clock.Now + _network.Next(TickMs), () => Tick(node));
        At(Clock.Now + StoreTickMs, () => Store(node));
        Pump(node);
        return node;
    }

    public void StartAll()
    {
        for (var i = 0; i < Nodes.Length; i++) Start(i);
    }

    /// <summary>Runs until a time.</summary>
    public void RunUntil(long time)
    {
        while (_agenda.TryPeek(out var action, out var key) && key.At <= time)
        {
            _agenda.Dequeue();
            Clock.Now = Math.Max(Clock.Now, key.At);
            action();
        }

        Clock.Now = time;
        foreach (var node in Nodes) Read(node);
    }

    public void Run(long milliseconds) => RunUntil(Clock.Now + milliseconds);

    /// <summary>Does something on a node as a client or backend of it would, and sends what follows.</summary>
    public void Do(SimNode node, Action<SimNode> action)
    {
        action(node);
        Pump(node);
    }

    public SimClient Connect(SimNode node)
    {
        var client = new SimClient(new SocketId(node.Origin, ++_lastSocket), App, _metrics, _loop, Clock.Now, Violations, _scratch);
        Do(node, n =>
        {
            if (n.Adapter.TryConnect(client.Connection)) n.Clients.Add(client);
        });
        return client;
    }

    public void Disconnect(SimNode node, SimClient client) => Do(node, n =>
    {
        client.Read();
        n.Clients.Remove(client);
        n.Adapter.Disconnect(client.Connection);
    });

    /// <summary>The process is gone, with every socket of it.</summary>
    public void Crash(SimNode node)
    {
        Read(node);
        End(node);
    }

    /// <summary>The process ends in order.</summary>
    public void Stop(SimNode node)
    {
        foreach (var client in node.Clients.ToArray()) Disconnect(node, client);
        Do(node, static n => n.Core.Leave());
        At(Clock.Now + 50, () =>
        {
            if (node.IsUp) node.Store.StoreAll();
            End(node);
        });
    }

    public static void Pause(SimNode node) => node.IsPaused = true;

    public void Resume(SimNode node)
    {
        if (!node.IsPaused || !node.IsUp) return;
        node.IsPaused = false;
        while (node.Waiting.TryDequeue(out var message)) node.Core.Receive(message);
        Pump(node);
    }

    public void At(long time, Action action) => _agenda.Enqueue(action, (Math.Max(time, Clock.Now), _order++));

    private void Tick(SimNode node)
    {
        if (!node.IsUp) return;
        if (!node.IsPaused)
        {
            node.Adapter.Tick();
            Read(node);
            Pump(node);
        }

        At(Clock.Now + TickMs, () => Tick(node));
    }

    private void Store(SimNode node)
    {
        if (!node.IsUp) return;
        if (!node.IsPaused)
        {
            // What is stored now is said with the next look: a node may die between.
            node.Announcements.AnnounceStored();
            node.Store.Store();
            Pump(node);
        }

        At(Clock.Now + StoreTickMs, () => Store(node));
    }

    private void End(SimNode node)
    {
        node.IsUp = false;
        WasEmpty |= !Nodes.Any(static other => other is { IsUp: true });
    }

    private static void Read(SimNode? node)
    {
        if (node is null || !node.Runs) return;
        for (var i = node.Clients.Count - 1; i >= 0; i--)
        {
            var client = node.Clients[i];
            client.Read();
            if (!client.Connection.IsClosing) continue;
            node.Clients.RemoveAt(i);
            node.Adapter.Disconnect(client.Connection);
        }
    }
}
