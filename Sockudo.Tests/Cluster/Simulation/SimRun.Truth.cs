namespace Sockudo.Tests.Cluster.Simulation;

/// <content>The comparison of what every client and node was told with the truth.</content>
internal sealed partial class SimRun
{
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
