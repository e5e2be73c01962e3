using Sockudo.Server.Gateway;
using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Gateway;

public sealed class ConnectionSweepTests : IDisposable
{
    private readonly Gate _gate = new();

    public void Dispose() => _gate.Dispose();

    [Fact]
    public void A_socket_that_was_silent_for_the_activity_timeout_is_asked_once()
    {
        var client = _gate.Node.Connect().Quietly();
        Elapse(119);
        Assert.Empty(client.NewEvents);
        Elapse(1);
        Elapse(1);

        Assert.Equal(["pusher:ping"], client.NewEvents);
    }

    [Fact]
    public void A_socket_that_does_not_answer_is_closed_with_4201()
    {
        var client = _gate.Node.Connect().Quietly();
        Elapse(120);
        Elapse(29);
        Assert.Null(client.CloseFrame);
        Elapse(1);

        Assert.Equal(4201, client.CloseFrame!.CloseCode);
    }

    [Fact]
    public void A_socket_that_says_anything_has_answered()
    {
        var client = _gate.Node.Connect().Quietly();
        Elapse(120);
        client.Connection.Activity.Received(_gate.Node.Time.GetTimestamp());
        Elapse(60);

        Assert.Null(client.CloseFrame);
        Assert.Equal(["pusher:ping"], client.NewEvents);
    }

    [Fact]
    public void After_an_answer_it_is_asked_again_after_the_next_silence()
    {
        var client = _gate.Node.Connect().Quietly();
        Elapse(120);
        client.Connection.Activity.Received(_gate.Node.Time.GetTimestamp());
        Elapse(120);

        Assert.Equal(["pusher:ping", "pusher:ping"], client.NewEvents);
    }

    [Theory]
    [InlineData(120, 30)]
    [InlineData(40, 5)]
    [InlineData(30, 30)]
    [InlineData(4, 1)]
    [InlineData(10, 60)]
    public void Native_pings_leave_at_the_ping_interval_whatever_the_activity_timeout_is(int activityTimeout, int pingInterval)
    {
        using var gate = new Gate(
            new GatewayOptions { ActivityTimeout = activityTimeout, PongTimeout = 10_000 },
            new WebSocketOptions { PingInterval = pingInterval, IdleTimeout = 0, MaxMessages = null });
        var client = gate.Node.Connect().Quietly();
        var seconds = new List<int>();
        for (var second = 1; second <= pingInterval * 3; second++)
        {
            gate.Node.Time.Advance(TimeSpan.FromSeconds(1));
            gate.Sweep.Sweep();
            if (client.Frames.Count(static frame => frame.Opcode == Opcode.Ping) > seconds.Count) seconds.Add(second);
        }

        Assert.Equal([pingInterval, pingInterval * 2, pingInterval * 3], seconds);
    }

    [Fact]
    public void With_the_defaults_no_socket_hears_nothing_for_a_minute()
    {
        using var gate = new Gate();
        var client = gate.Node.Connect().Quietly();
        for (var second = 1; second <= 59; second++)
        {
            gate.Node.Time.Advance(TimeSpan.FromSeconds(1));
            gate.Sweep.Sweep();
        }

        Assert.Contains(client.Frames, static frame => frame.Opcode == Opcode.Ping);
    }

    [Fact]
    public void Native_pings_can_be_turned_off()
    {
        using var gate = new Gate(webSocket: new WebSocketOptions { AutoPing = false });
        var client = gate.Node.Connect();
        gate.Node.Time.Advance(TimeSpan.FromSeconds(100));
        gate.Sweep.Sweep();

        Assert.DoesNotContain(client.Frames, static frame => frame.Opcode == Opcode.Ping);
    }

    [Theory]
    [InlineData(false, false, 4009)]
    [InlineData(true, false, 0)]
    [InlineData(false, true, 0)]
    public void A_socket_that_never_authenticates_is_closed_at_the_deadline(bool signsIn, bool joins, int code)
    {
        using var gate = new Gate(new GatewayOptions { UserAuthenticationTimeout = 60 });
        var client = gate.Node.Connect();
        if (signsIn) client.SignIn("7");
        if (joins) client.Subscribe("private-a");
        gate.Node.Time.Advance(TimeSpan.FromSeconds(60));
        gate.Sweep.Sweep();

        Assert.Equal(code, client.CloseFrame?.CloseCode ?? 0);
    }

    [Fact]
    public void An_app_without_user_authentication_has_no_such_deadline()
    {
        using var gate = new Gate(new GatewayOptions { UserAuthenticationTimeout = 60 });
        var client = gate.Node.Connect(TestApps.Default with { EnableUserAuthentication = false });
        gate.Node.Time.Advance(TimeSpan.FromSeconds(60));
        gate.Sweep.Sweep();

        Assert.Null(client.CloseFrame);
    }

    [Theory]
    [InlineData(50, 4202)]
    [InlineData(0, 0)]
    [InlineData(120, 0)]
    public void An_idle_timeout_stricter_than_the_activity_timeout_closes_with_4202(int idleTimeout, int code)
    {
        using var gate = new Gate(webSocket: new WebSocketOptions { IdleTimeout = idleTimeout });
        var client = gate.Node.Connect();
        gate.Node.Time.Advance(TimeSpan.FromSeconds(50));
        gate.Sweep.Sweep();

        Assert.Equal(code, client.CloseFrame?.CloseCode ?? 0);
    }

    [Fact]
    public async Task A_drain_sends_everybody_away_and_says_how_many_are_left()
    {
        var client = await new LoopClient(_gate).GreetedAsync();
        var stuck = _gate.Node.Connect();
        using var stop = new CancellationTokenSource();
        var drain = _gate.Drain.DrainAsync(TimeSpan.Zero, TimeSpan.Zero, stop.Token);
        await client.GotAsync(Opcode.Close);
        await client.SayAsync(Wire.ClientClose(4200));
        await client.Ended.DeadlineAsync();
        await stop.CancelAsync();

        Assert.Equal(1, await drain.DeadlineAsync());
        Assert.True(_gate.State.IsDraining);
        Assert.Equal((4200, 4200), (client.CloseFrames.Single().CloseCode, stuck.CloseFrame!.CloseCode));
    }

    [Fact]
    public async Task A_drain_ends_when_nobody_is_left()
    {
        Assert.Equal(0, await _gate.Drain.DrainAsync(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken).DeadlineAsync());
    }

    [Theory]
    [InlineData(10, 20, 4202, 20)]
    [InlineData(10, 39, 4202, 39)]
    [InlineData(10, 60, 4201, 40)]
    [InlineData(10, 10, 4201, 40)]
    public void A_silent_socket_is_closed_by_whichever_of_its_timeouts_is_over_first(int activityTimeout, int idleTimeout, int code, int at)
    {
        using var gate = new Gate(new GatewayOptions { ActivityTimeout = activityTimeout }, new WebSocketOptions { IdleTimeout = idleTimeout });
        var client = gate.Node.Connect().Quietly();
        var second = 0;
        while (client.CloseFrame is null && second < 100)
        {
            gate.Node.Time.Advance(TimeSpan.FromSeconds(1));
            gate.Sweep.Sweep();
            second++;
        }

        Assert.Equal((code, at), (client.CloseFrame!.CloseCode, second));
    }

    [Fact]
    public void A_socket_that_answers_native_pings_only_stays_though_it_never_answers_pusher_ping()
    {
        using var gate = new Gate(new GatewayOptions { ActivityTimeout = 10 }, new WebSocketOptions { PingInterval = 5 });
        var client = gate.Node.Connect().Quietly();
        var answered = 0;
        for (var second = 0; second < 300; second++)
        {
            gate.Node.Time.Advance(TimeSpan.FromSeconds(1));
            gate.Sweep.Sweep();
            var pings = client.Frames.Count(static frame => frame.Opcode == Opcode.Ping);
            if (pings > answered) client.Connection.Activity.Received(gate.Node.Time.GetTimestamp());
            answered = pings;
        }

        Assert.Null(client.CloseFrame);
    }

    private void Elapse(int seconds)
    {
        _gate.Node.Time.Advance(TimeSpan.FromSeconds(seconds));
        _gate.Sweep.Sweep();
    }
}
