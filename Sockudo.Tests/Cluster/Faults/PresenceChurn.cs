using System.Globalization;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>Users who come, go and move between nodes, one step at a time, by a fixed seed. Paused, it knows exactly who is where.</summary>
internal sealed class PresenceChurn : IAsyncDisposable
{
    private readonly Func<IReadOnlyList<FaultNode>> _nodes;
    private readonly Random _random = new(20_26);
    private readonly List<User> _users = [];

    public PresenceChurn(int users, IReadOnlyList<string> rooms, TimeSpan period, Func<IReadOnlyList<FaultNode>> nodes)
    {
        _nodes = nodes;
        for (var i = 0; i < users; i++)
        {
            _users.Add(new User(string.Create(CultureInfo.InvariantCulture, $"user-{i}"), rooms[i % rooms.Count]));
        }

        Load = new Pausable(period, StepAsync);
    }

    public Pausable Load { get; }

    public IEnumerable<string> PresentIn(string room) =>
        _users.Where(user => user.Room == room && user.Clients.Exists(static client => !client.Closed.IsCompleted)).Select(static user => user.Id);

    public int SocketsIn(string room) =>
        _users.Where(user => user.Room == room).Sum(static user => user.Clients.Count(static client => !client.Closed.IsCompleted));

    /// <summary>How many of the users have been there.</summary>
    public int Seen => _users.Count(static user => user.HasCome);

    public IEnumerable<string> Violations => _users.SelectMany(static user => user.Clients).SelectMany(static client => client.Violations);

    public async ValueTask DisposeAsync()
    {
        await Load.DisposeAsync();
        foreach (var client in _users.SelectMany(static user => user.Clients))
        {
            await client.DisposeAsync();
        }
    }

    private async Task StepAsync()
    {
        var nodes = _nodes();
        if (nodes.Count == 0)
        {
            return;
        }

        var user = _users[_random.Next(_users.Count)];
        user.Clients.RemoveAll(static client => client.Closed.IsCompleted);
        var (come, go) = user.Clients.Count == 0 ? (true, false) : _random.Next(3) switch
        {
            0 => (false, true),
            1 => (true, true),
            _ => (user.Clients.Count < 2, user.Clients.Count == 2),
        };
        var old = go ? user.Clients[0] : null;
        if (come)
        {
            var client = await RawClient.ConnectAsync(nodes[_random.Next(nodes.Count)].Server.HttpUri, FaultNode.App, user.Id);
            user.Clients.Add(client);
            await client.JoinAsync(user.Room);
            user.HasCome = true;
        }

        if (old is not null)
        {
            user.Clients.Remove(old);
            await old.DisposeAsync();
        }
    }

    private sealed record User(string Id, string Room)
    {
        public List<AuditedClient> Clients { get; } = [];

        public bool HasCome { get; set; }
    }
}
