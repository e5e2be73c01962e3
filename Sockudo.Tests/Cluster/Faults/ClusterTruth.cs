using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>Who is where and who watches what, known by the tests, held against what clients see and every node's HTTP API says. The load rests.</summary>
internal sealed class ClusterTruth(IReadOnlyList<FaultNode> nodes, PresenceChurn churn, IReadOnlyList<string> rooms)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private IEnumerable<AuditedClient> Watchers => nodes.SelectMany(static node => node.Watchers);

    public async Task HoldsAsync()
    {
        foreach (var room in rooms)
        {
            var truth = string.Join(' ', Members(room));
            foreach (var client in Watchers.Where(client => client.Rooms.Contains(room)))
            {
                await Eventually.EqualAsync(truth, () => Task.FromResult(string.Join(' ', client.Members(room))), $"{client.UserId}'s members of {room}", Bound);
            }

            var sockets = nodes.Sum(node => node.Residents.Count(resident => resident.Room == room)) + Watchers.Count(client => client.Rooms.Contains(room)) + churn.SocketsIn(room);
            foreach (var node in nodes)
            {
                await Eventually.EqualAsync(truth, () => UsersAsync(node, room), $"{node.Label}'s users of {room}", Bound);
                await Eventually.EqualAsync(sockets, () => CountAsync(node, room), $"{node.Label}'s subscriptions of {room}", Bound);
            }
        }

        foreach (var channel in Watchers.SelectMany(static client => client.Channels).Distinct().ToArray())
        {
            var subscribed = Watchers.Count(client => client.Channels.Contains(channel));
            foreach (var node in nodes)
            {
                await Eventually.EqualAsync(subscribed, () => CountAsync(node, channel.Name), $"{node.Label}'s subscriptions of {channel.Name}", Bound);
            }
        }
    }

    private IEnumerable<string> Members(string room) => nodes
        .SelectMany(static node => node.Residents).Where(resident => resident.Room == room).Select(static resident => resident.Client.UserId)
        .Concat(Watchers.Where(client => client.Rooms.Contains(room)).Select(static client => client.UserId))
        .Concat(churn.PresentIn(room))
        .Order(StringComparer.Ordinal);

    private static async Task<string> UsersAsync(FaultNode node, string room)
    {
        var answer = await node.Server.Api(FaultNode.App).GetAsync($"/channels/{room}/users");
        return string.Join(' ', answer.Json["users"]!.AsArray().Select(static user => user!["id"]!.GetValue<string>()).Order(StringComparer.Ordinal));
    }

    private static async Task<int> CountAsync(FaultNode node, string channel)
    {
        var answer = await node.Server.Api(FaultNode.App).GetAsync($"/channels/{channel}", ("info", "subscription_count"));
        return answer.Json["subscription_count"]?.GetValue<int>() ?? 0;
    }
}
