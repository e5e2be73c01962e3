using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sockudo.Server.Hosting;
using Sockudo.Server.Metrics;
using Sockudo.Tests.Unit.Gateway;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Hosting;

/// <summary>Connections of the listeners without a WebSocket door: how long they may wait for a request, and who makes room.</summary>
public sealed class WaitingConnectionsTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly WaitingConnections _waiting;

    public WaitingConnectionsTests() => _waiting = new WaitingConnections(TimeSpan.FromSeconds(10), _clock);

    [Fact]
    public void One_that_says_nothing_is_ended_when_its_time_is_over()
    {
        var connection = new Guarded(_waiting.Guard);
        Elapse(10);
        Assert.False(connection.Context.IsAborted);
        Elapse(1);

        Assert.True(connection.Context.IsAborted);
        Assert.Equal(0, _waiting.Count);
    }

    [Fact]
    public async Task One_whose_request_is_served_is_let_be_and_waits_anew_afterwards()
    {
        var connection = new Guarded(_waiting.Guard);
        Elapse(9);
        var answered = new TaskCompletionSource();
        var served = connection.Waiting.ServeAsync(new DefaultHttpContext(), _ => answered.Task);
        Elapse(60);
        Assert.False(connection.Context.IsAborted);
        answered.SetResult();
        await served.DeadlineAsync();
        Elapse(10);
        Assert.False(connection.Context.IsAborted);
        Elapse(1);

        Assert.True(connection.Context.IsAborted);
    }

    [Fact]
    public async Task One_that_is_gone_is_forgotten()
    {
        var connection = new Guarded(_waiting.Guard);
        Assert.Equal(1, _waiting.Count);
        await connection.EndAsync();

        Assert.Equal(0, _waiting.Count);
    }

    [Fact]
    public async Task One_that_is_being_ended_never_waits_again()
    {
        var connection = new Guarded(_waiting.Guard);
        Elapse(11);
        await connection.Waiting.ServeAsync(new DefaultHttpContext(), static _ => Task.CompletedTask);

        Assert.Equal(0, _waiting.Count);
    }

    [Fact]
    public void On_a_full_listener_the_one_that_has_waited_longest_makes_room_and_the_others_stay()
    {
        using var metrics = new ServerMetrics();
        var limit = new ConnectionLimit(3, MetricLabels.ErrorType.ListenerFull, metrics, _clock, NullLogger.Instance);
        List<Guarded> connections = [];
        for (var i = 0; i < 4; i++)
        {
            connections.Add(new Guarded(next => limit.Guard(_waiting.Guard(next), _waiting)));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([true, false, false, false], connections.Select(static connection => connection.Context.IsAborted));
        Assert.True(connections[3].IsServed);
    }

    [Fact]
    public void On_a_full_listener_whose_connections_are_all_being_served_one_more_is_cut_off()
    {
        using var metrics = new ServerMetrics();
        var limit = new ConnectionLimit(3, MetricLabels.ErrorType.ListenerFull, metrics, _clock, NullLogger.Instance);
        var answered = new TaskCompletionSource();
        List<Guarded> connections = [];
        for (var i = 0; i < 3; i++)
        {
            connections.Add(new Guarded(next => limit.Guard(_waiting.Guard(next), _waiting)));
            _ = connections[i].Waiting.ServeAsync(new DefaultHttpContext(), _ => answered.Task);
        }

        var last = new Guarded(next => limit.Guard(_waiting.Guard(next), _waiting));

        Assert.Equal((true, false), (last.Context.IsAborted, last.IsServed));
        Assert.All(connections, static connection => Assert.False(connection.Context.IsAborted));
    }

    [Fact]
    public void Those_that_make_room_and_are_not_gone_yet_do_not_add_up_without_end()
    {
        using var metrics = new ServerMetrics();
        var limit = new ConnectionLimit(3, MetricLabels.ErrorType.ListenerFull, metrics, _clock, NullLogger.Instance);
        var served = 0;
        for (var i = 0; i < 20; i++)
        {
            if (new Guarded(next => limit.Guard(_waiting.Guard(next), _waiting)).IsServed) served++;
        }

        Assert.Equal(6, served);
    }

    private void Elapse(int seconds)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        _waiting.Sweep();
    }

    /// <summary>A connection whose server serves it until the test ends it.</summary>
    private sealed class Guarded
    {
        private readonly TaskCompletionSource _end = new();
        private readonly Task _run;

        public Guarded(Func<Microsoft.AspNetCore.Connections.ConnectionDelegate, Microsoft.AspNetCore.Connections.ConnectionDelegate> guard)
        {
            _run = guard(_ =>
            {
                IsServed = true;
                return _end.Task;
            })(Context);
        }

        public DoorContext Context { get; } = new();

        public bool IsServed { get; private set; }

        public WaitingConnection Waiting => Context.Features.Get<WaitingConnection>()!;

        public Task EndAsync()
        {
            _end.SetResult();
            return _run.DeadlineAsync();
        }
    }
}
