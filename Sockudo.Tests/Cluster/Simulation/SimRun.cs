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

    private void Begin(SimFault fault)
    {
        var n = _schedule.Nodes;
        var node = _world.Nodes[fault.A];
        switch (fault.Kind)
        {
            case FaultKind.Loss:
                for (var i = 0; i < n; i++) SetLossBothWays(fault.A, i, fault.Amount * 0.4);
                break;
            case FaultKind.Delay:
                for (var i = 0; i < n; i++) _world.SetDelay(fault.A, i, 10, 10 + (int)(fault.Amount * 300));
                break;
            case FaultKind.Duplication:
                _world.Duplication = fault.Amount;
                break;
            case FaultKind.Partition:
                for (var i = 0; i < n; i++)
                {
                    for (var j = 0; j < n; j++)
                    {
                        if ((i % 2 == fault.A % 2) != (j % 2 == fault.A % 2)) _world.SetLoss(i, j, 1);
                    }
                }

                break;
            case FaultKind.OneWay:
                _world.SetLoss(fault.A, fault.B, 1);
                break;
            case FaultKind.EchoOnly:
                for (var i = 0; i < n; i++)
                {
                    if (i != fault.A) SetLossBothWays(fault.A, i, 1);
                }

                break;
            case FaultKind.BrokerAway:
                foreach (var each in _world.Nodes.Where(static each => each is not null)) _world.SetConnected(each, false);
                break;
            case FaultKind.NodeAway when node is not null:
                _world.SetConnected(node, false);
                break;
            case FaultKind.Pause when node is not null:
                SimWorld.Pause(node);
                break;
            case FaultKind.Crash or FaultKind.Restart when node is { IsUp: true }:
                _ended.Add(node.Origin);
                _world.Crash(node);
                break;
            case FaultKind.Stop when node is { Runs: true }:
                _ended.Add(node.Origin);
                _world.Stop(node);
                break;
        }
    }

    private void EndFault(SimFault fault)
    {
        var n = _schedule.Nodes;
        switch (fault.Kind)
        {
            case FaultKind.Duplication:
                _world.Duplication = 0;
                break;
            case FaultKind.BrokerAway:
                foreach (var each in _world.Nodes.Where(static each => each is not null)) _world.SetConnected(each, true);
                break;
            case FaultKind.NodeAway when _world.Nodes[fault.A] is { } node:
                _world.SetConnected(node, true);
                break;
            case FaultKind.Pause when _world.Nodes[fault.A] is { } node:
                _world.Resume(node);
                break;
            case FaultKind.Restart when _world.Nodes[fault.A] is { IsUp: false }:
                _world.Start(fault.A);
                break;
            default:
                for (var i = 0; i < n; i++)
                {
                    for (var j = 0; j < n; j++)
                    {
                        _world.SetLoss(i, j, 0);
                        _world.SetDelay(i, j, 1, 4);
                    }
                }

                break;
        }
    }

    private void SetLossBothWays(int a, int b, double probability)
    {
        _world.SetLoss(a, b, probability);
        _world.SetLoss(b, a, probability);
    }

    private void Check()
    {
        List<SimNode> live = [.. _world.Nodes.Where(static node => node is { Runs: true })];
        foreach (var node in live)
        {
            if (!node.Core.IsReady(out var why)) Fail(node, $"is not ready at the end: {why}");
            CheckState(node, live);
            foreach (var client in node.Clients)
            {
                foreach (var subscription in client.Subscriptions) CheckEvents(node, client, subscription);
            }
        }

        CheckOutside(live);
    }

    private void CheckOutside(List<SimNode> live)
    {
        // What the outside knew is known by nobody when all had gone, and by nobody yet while the cluster forms (docs/guarantees.md).
        var formed = (_schedule.Nodes * 250) + 3500;
        if (_world.WasEmpty || _schedule.Faults.Any(fault => fault.From < formed)) return;
        HashSet<string> truth =
        [
            .. from client in live.SelectMany(static node => node.Clients)
               from subscription in client.Subscriptions
               select "channel " + subscription.Channel,
            .. from client in live.SelectMany(static node => node.Clients)
               from subscription in client.Subscriptions
               where subscription.UserId is not null && subscription.Channel.StartsWith("presence-", StringComparison.Ordinal)
               select $"member {subscription.UserId} of {subscription.Channel}",
            .. live.SelectMany(static node => node.Clients).Select(static client => client.Connection.UserId).OfType<string>().Select(static user => "user " + user),
        ];
        if (!truth.SetEquals(_world.Outside.On))
        {
            _world.Violations.Add(
                $"the outside misses [{string.Join(", ", truth.Except(_world.Outside.On).Order())}] and has left over [{string.Join(", ", _world.Outside.On.Except(truth).Order())}]\n{_world.Outside.Log}");
        }

        // A client of a node that has not joined yet is news to that node, whatever the others told; it is told to have gone three seconds after it did.
        if (_schedule.Faults.Count == 0 && _world.Outside.RepeatedSince(formed + 3000).Any()) _world.Violations.Add($"the outside was told again [{string.Join(", ", _world.Outside.Repeated)}]\n{_world.Outside.Log}");
    }

    private void CheckState(SimNode node, List<SimNode> live)
    {
        var app = _world.App;
        foreach (var channel in Channels)
        {
            var subscriptions = live.Sum(each => each.Clients.Count(client => client.Find(channel) is not null));
            var occupancy = node.Adapter.Occupancy(app, channel);
            if (occupancy.SubscriptionCount != subscriptions) Fail(node, $"counts {occupancy.SubscriptionCount} on {channel}, there are {subscriptions}");
            if (node.Adapter.Channels(app, channel).Any() != subscriptions > 0) Fail(node, $"lists {channel} wrongly");
            if (!channel.StartsWith("presence-", StringComparison.Ordinal)) continue;

            HashSet<string> users = [.. live.SelectMany(each => each.Clients).Select(client => client.Find(channel)?.UserId).OfType<string>()];
            if (!users.SetEquals(node.Adapter.Members(app, channel)))
                Fail(node, $"has members [{string.Join(' ', node.Adapter.Members(app, channel).Order())}] on {channel}, there are [{string.Join(' ', users.Order())}]");
            foreach (var subscription in node.Clients.Select(client => client.Find(channel)).OfType<SimSubscription>())
            {
                if (!users.SetEquals(subscription.Members))
                    Fail(node, $"left a client with members [{string.Join(' ', subscription.Members.Order())}] on {channel}, there are [{string.Join(' ', users.Order())}]");
            }
        }

        var connections = live.Sum(static each => each.Clients.Count);
        if (node.Adapter.ConnectionCount(app) != connections) Fail(node, $"counts {node.Adapter.ConnectionCount(app)} connections, there are {connections}");
        HashSet<string> online = [.. live.SelectMany(static each => each.Clients).Select(static client => client.Connection.UserId).OfType<string>()];
        for (var i = 0; i < 5; i++)
        {
            if (node.Users.IsOnline(app.Id, $"user-{i}") != online.Contains($"user-{i}")) Fail(node, $"has user-{i} online wrongly");
        }

        var cached = node.Channels.CachedEvents.Find(app, "cache-0", out _);
        var first = live[0].Channels.CachedEvents.Find(app, "cache-0", out _);
        if (_ended.Count == 0 && !_schedule.HasSlowRing && cached?.AsSpan().SequenceEqual(first) == false) Fail(node, "has another last event than the first node");
    }

    private void CheckEvents(SimNode node, SimClient client, SimSubscription subscription)
    {
        foreach (var (origin, numbers) in subscription.Received)
        {
            for (var i = 1; i < numbers.Count; i++)
            {
                if (numbers[i] <= numbers[i - 1])
                {
                    // The replay of a cache channel's last event is not a delivery of the stream.
                    if (i == 1 && subscription.Channel.StartsWith("cache-", StringComparison.Ordinal)) continue;
                    Fail(node, $"gave client {client.Name} on {subscription.Channel} event {numbers[i]} of {origin} after {numbers[i - 1]}");
                    return;
                }
            }
        }

        foreach (var ((origin, channel), times) in _published)
        {
            if (channel != subscription.Channel) continue;
            HashSet<int> received = [.. subscription.Received.GetValueOrDefault(origin) ?? []];
            List<int> missing = [];
            for (var number = 0; number < times.Count; number++)
            {
                if (times[number] > subscription.Since && !received.Contains(number) && !subscription.Excluded.Contains((origin, number))) missing.Add(number);
            }

            if (missing.Count == 0) continue;
            var lost = node.Core.Counters.Lost;
            var isTail = missing.Count == times.Count - missing[0];
            if (lost >= missing.Count) continue;
            if (_ended.Contains(origin) && (isTail || lost > 0)) continue;
            Fail(node, $"did not give client {client.Name} (since {subscription.Since}) on {channel} events {string.Join(' ', missing.Take(8))} of {origin} ({times[missing[0]]} ms), and counted {lost} lost");
        }

        if (node.Core.Counters.Lost > 0 && !_schedule.HasSlowRing && _ended.Count == 0) Fail(node, $"counted {node.Core.Counters.Lost} lost without a cause");
    }

    private void Fail(SimNode node, string what) => _world.Violations.Add($"node {node.Index}/{node.Incarnation} {what}");
}
