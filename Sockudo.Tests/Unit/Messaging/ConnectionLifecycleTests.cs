using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Messaging;

public sealed class ConnectionLifecycleTests : IDisposable
{
    private readonly Node _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_socket_is_greeted_first_with_its_id_and_the_timeout()
    {
        var client = _node.Connect();
        var data = TestClient.Data(client.News.Single());

        Assert.Equal((client.Id, 120), (data.GetProperty("socket_id").GetString(), data.GetProperty("activity_timeout").GetInt32()));
    }

    [Fact]
    public void A_socket_above_the_limit_is_told_4004_and_never_greeted()
    {
        var app = TestApps.Default with { MaxConnections = 1 };
        _node.Connect(app);
        var refused = _node.Connect(app);

        Assert.Equal(["pusher:error"], refused.NewEvents);
        Assert.Equal(4004, refused.CloseFrame!.CloseCode);
        Assert.Equal(1, _node.Connections.Count);
    }

    [Fact]
    public void A_socket_that_went_makes_room()
    {
        var app = TestApps.Default with { MaxConnections = 1 };
        _node.Connect(app).Disconnect();

        Assert.Equal(["pusher:connection_established"], _node.Connect(app).NewEvents);
    }

    [Fact]
    public async Task Exactly_as_many_as_the_limit_are_greeted_when_many_come_at_once()
    {
        using var start = new Barrier(4);
        for (var round = 0; round < 200; round++)
        {
            var app = TestApps.Default with { Id = $"app-{round}", MaxConnections = 2 };
            var clients = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                start.SignalAndWait();
                return _node.Connect(app);
            }))).DeadlineAsync();

            Assert.Equal(2, clients.Count(static client => client.NewEvents.Contains("pusher:connection_established")));
        }
    }

    [Fact]
    public void Connections_opened_and_closed_are_counted_in_pairs()
    {
        _node.Connect().Disconnect();
        var metrics = _node.Metrics.ForApp(TestApps.Default.Id);

        Assert.Equal((1, 1), (metrics.ConnectionsOpened, metrics.ConnectionsClosed));
    }
}
