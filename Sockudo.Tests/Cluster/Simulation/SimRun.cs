using Sockudo.Server.Protocol;

namespace Sockudo.Tests.Cluster.Simulation;

/// <summary>Carries out a schedule and compares what every client and node was told with the truth.</summary>
internal sealed partial class SimRun
{
    /// <summary>Long enough for twice the timeout, a cleanup and the repairs after the last fault. Unit: milliseconds.</summary>
    private const int QuiescenceMs = 9000;

    private static readonly string[] Channels = ["public-0", "public-1", "private-0", "presence-0", "presence-1", "cache-0"];

    private readonly SimSchedule _schedule;
    private readonly SimWorld _world;
    private readonly Dictionary<(int Origin, string Channel), List<long>> _published = [];
    private readonly HashSet<int> _ended = [];

    public SimRun(SimSchedule schedule)
    {
        _schedule = schedule;
        _world = new SimWorld(schedule.Nodes, schedule.Seed, options =>
        {
            if (schedule.HasSlowRing) options.RingBytes = 6000;
            options.LeaveGraceMs = schedule.LeaveGraceMs;
            options.Partitions = schedule.Partitions;
            options.Secret = schedule.Seed % 2 == 0 ? "correct horse" : null;
        })
        {
            DirectDelayMs = schedule.DirectDelayMs,
            MaxMessageBytes = 24 * 1024,
            RoomChance = schedule.Seed % 4 == 1 ? 0.6 : 1,
        };
    }

    public SimWorld World => _world;

    /// <summary>Runs to the end and returns what was wrong.</summary>
    public List<string> Execute()
    {
        if (_schedule.Seed % 3 == 0)
        {
            _world.StartAll();
        }
        else
        {
            // One after another, the last while the others already work.
            for (var i = 0; i < _schedule.Nodes; i++)
            {
                var index = i;
                if (i == 0) _world.Start(0);
                else _world.At(i * 250, () => _world.Start(index));
            }
        }

        foreach (var fault in _schedule.Faults)
        {
            _world.At(fault.From, () => Disturb(fault, 1));
            _world.At(fault.From, () => Begin(fault));
            _world.At(fault.Until, () => EndFault(fault));
            _world.At(fault.Until, () => Disturb(fault, -1));
        }

        foreach (var step in _schedule.Steps) _world.At(step.At, () => Do(step));
        var end = Math.Max(_schedule.Duration, _schedule.Faults.Select(static fault => fault.Until).DefaultIfEmpty(0).Max());
        WatchForGhosts(end + QuiescenceMs);
        _world.RunUntil(end + QuiescenceMs);
        Check();
        return _world.Violations;
    }

    private void Do(SimStep step)
    {
        if (_world.Nodes[step.Node] is not { Runs: true } node) return;
        var channel = Channels[step.X % Channels.Length];
        var client = node.Clients.Count > 0 ? node.Clients[step.Y % node.Clients.Count] : null;
        switch (step.What)
        {
            case < 50:
                Publish(node, channel, step.Y % 4 == 0 ? client : null);
                break;
            case < 62 when node.Clients.Count < 6:
                var fresh = _world.Connect(node);
                _world.Do(node, n => fresh.Subscribe(n.Adapter, channel, $"user-{step.Y % 5}", _world.Clock.Now));
                _lastPresent[(channel, $"user-{step.Y % 5}")] = _world.Clock.Now;
                break;
            case < 78 when client is not null:
                if (client.Find(channel) is null) _world.Do(node, n => client.Subscribe(n.Adapter, channel, $"user-{step.Y % 5}", _world.Clock.Now));
                _lastPresent[(channel, $"user-{step.Y % 5}")] = _world.Clock.Now;
                break;
            case < 86 when client is not null:
                if (client.Find(channel) is not null) _world.Do(node, n => client.Unsubscribe(n.Adapter, channel));
                break;
            case < 90 when client is not null:
                _world.Disconnect(node, client);
                break;
            case < 96 when client is not null:
                _world.Do(node, n => n.Adapter.SignIn(client.Connection, $"user-{step.X % 5}"));
                break;
            case 97:
                Publish(node, channel, except: null, node.Adapter.MaxEventBytes);
                break;
            case 98:
                PublishOversized(node);
                break;
            case SimSchedule.Visit:
                var visitor = _world.Connect(node);
                _world.Do(node, n => visitor.Subscribe(n.Adapter, channel, $"user-{step.Y % 5}", _world.Clock.Now));
                _lastPresent[(channel, $"user-{step.Y % 5}")] = _world.Clock.Now;
                _world.At(_world.Clock.Now + 3, () =>
                {
                    if (node.Runs && node.Clients.Contains(visitor)) _world.Disconnect(node, visitor);
                });
                break;
            case 99:
                _world.Do(node, n => n.Adapter.CloseUser(_world.App, $"user-{step.X % 5}", new PusherError(ErrorCode.Unauthorized, "terminated")));
                break;
        }
    }
}
