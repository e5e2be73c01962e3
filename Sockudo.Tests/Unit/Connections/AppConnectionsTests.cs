using Sockudo.Server.Connections;
using Sockudo.Server.Protocol;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Connections;

public sealed class AppConnectionsTests : IDisposable
{
    private readonly Node _node = new();
    private readonly AppConnections _sockets = new(TestApps.Default);
    private readonly List<string> _edges = [];

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData(0, 10, 10)]
    [InlineData(1, 10, 1)]
    [InlineData(7, 10, 7)]
    public void No_more_sockets_than_the_limit_are_added(int limit, int attempts, int added)
    {
        Assert.Equal(added, Enumerable.Range(0, attempts).Count(_ => _sockets.TryAdd(Socket(), limit)));
        Assert.Equal(added, _sockets.Count);
    }

    [Fact]
    public async Task Exactly_the_limit_is_added_when_many_come_at_once()
    {
        for (var round = 0; round < 15; round++)
        {
            var sockets = new AppConnections(TestApps.Default);
            var connections = Enumerable.Range(0, 40).Select(_ => Socket()).ToArray();
            var added = 0;
            using var start = new Barrier(4);
            await Task.WhenAll(connections.Chunk(10).Select(chunk => Task.Run(() =>
            {
                start.SignalAndWait();
                foreach (var connection in chunk)
                {
                    if (sockets.TryAdd(connection, 17)) Interlocked.Increment(ref added);
                }
            }))).DeadlineAsync();

            Assert.Equal((17, 17, 17), (added, sockets.Count, sockets.All.Count()));
        }
    }

    [Fact]
    public async Task A_free_place_is_never_refused_because_of_others_that_are()
    {
        // One place is taken for good and one is free; the crowd asks as if there were no second place.
        var sockets = new AppConnections(TestApps.Default);
        sockets.TryAdd(Socket(), 2);
        using var stop = new CancellationTokenSource();
        var (regular, stranger) = (Socket(), Socket());
        var crowd = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested) sockets.TryAdd(stranger, 1);
            },
            TestContext.Current.CancellationToken);
        var refused = 0;
        for (var i = 0; i < 200_000 * Seed.Scale; i++)
        {
            if (sockets.TryAdd(regular, 2)) sockets.Remove(regular);
            else refused++;
        }

        await stop.CancelAsync();
        await crowd.DeadlineAsync();
        Assert.Equal(0, refused);
    }

    [Fact]
    public void A_removed_socket_frees_its_place_once()
    {
        var socket = Socket();
        _sockets.TryAdd(socket, 1);

        Assert.True(_sockets.Remove(socket));
        Assert.False(_sockets.Remove(socket));
        Assert.Equal(0, _sockets.Count);
    }

    [Fact]
    public void A_socket_that_was_never_added_is_not_removed()
    {
        _sockets.TryAdd(Socket(), 0);

        Assert.False(_sockets.Remove(Socket()));
        Assert.Equal(1, _sockets.Count);
    }

    [Fact]
    public void A_socket_is_found_by_its_id()
    {
        var socket = Socket();
        _sockets.TryAdd(socket, 0);

        Assert.Same(socket, _sockets.Find(socket.Id));
        Assert.Null(_sockets.Find(new SocketId(1, 1)));
    }

    [Fact]
    public void A_user_comes_with_the_first_socket_and_goes_with_the_last()
    {
        var (first, second) = (Socket(), Socket());
        Add("7", first);
        Add("7", second);
        Remove("7", first);
        Remove("7", second);

        Assert.Equal(["+7", "-7"], _edges);
        Assert.False(_sockets.HasUser("7"));
    }

    [Fact]
    public void Taking_a_socket_from_a_user_it_does_not_have_changes_nothing()
    {
        Add("7", Socket());
        Remove("7", Socket());
        Remove("8", Socket());

        Assert.Equal(["+7"], _edges);
    }

    [Fact]
    public void Users_are_counted_once_each()
    {
        Add("7", Socket());
        Add("7", Socket());
        Add("8", Socket());

        Assert.Equal(2, _sockets.UserCount);
    }

    [Fact]
    public void An_action_reaches_each_socket_of_the_user()
    {
        Connection[] sockets = [Socket(), Socket()];
        foreach (var socket in sockets) Add("7", socket);
        Add("8", Socket());
        var reached = new List<Connection>();

        Assert.Equal(2, _sockets.ForEachOfUser("7", reached.Add));
        Assert.Equal(sockets, reached);
    }

    [Fact]
    public void A_user_without_sockets_is_nobody() => Assert.Equal(0, _sockets.ForEachOfUser("7", static _ => Assert.Fail("nobody is there")));

    [Fact]
    public async Task What_is_told_of_a_user_alternates_under_concurrent_sign_ins()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            var socket = Socket();
            for (var i = 0; i < 2000; i++)
            {
                Add("7", socket);
                Remove("7", socket);
            }
        }))).DeadlineAsync();

        for (var i = 0; i < _edges.Count; i++) Assert.Equal(i % 2 == 0 ? "+7" : "-7", _edges[i]);
        Assert.Equal(0, _edges.Count % 2);
        Assert.Equal(0, _sockets.UserCount);
    }

    private Connection Socket() => _node.Create().Connection;

    // Called in the users' turn, which is what makes a plain list enough.
    private void Add(string user, Connection socket) => _sockets.AddUser(user, socket, id => _edges.Add($"+{id}"));

    private void Remove(string user, Connection socket) => _sockets.RemoveUser(user, socket, id => _edges.Add($"-{id}"));
}
