using Sockudo.Tests.Infrastructure;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Gateway;

/// <summary>How a stopping server spreads its closes.</summary>
public sealed class GatewayDrainTests : IDisposable
{
    private const int Sockets = 200;

    private static readonly TimeSpan Never = TimeSpan.FromDays(1);

    private readonly Gate _gate = new();
    private readonly TestClient[] _clients;

    public GatewayDrainTests() => _clients = [.. Enumerable.Range(0, Sockets).Select(_ => _gate.Node.Connect())];

    public void Dispose() => _gate.Dispose();

    [Fact]
    public async Task At_no_moment_more_are_closed_than_the_window_says()
    {
        var window = TimeSpan.FromSeconds(1);
        using var stop = new CancellationTokenSource();
        var drain = _gate.Drain.DrainAsync(window, Never, stop.Token);
        var elapsed = TimeSpan.Zero;
        var counts = new List<int>();
        await Eventually.TrueAsync(
            () =>
            {
                var closed = ClosedNow();
                Assert.InRange(closed, 0, (Sockets * Math.Min(1, elapsed / window)) + 1);
                counts.Add(closed);
                _gate.Node.Time.Advance(TimeSpan.FromMilliseconds(30));
                elapsed += TimeSpan.FromMilliseconds(30);
                return closed == Sockets;
            },
            "the close of every socket");
        await stop.CancelAsync();

        Assert.Equal(Sockets, await drain.DeadlineAsync());
        Assert.True(counts.Distinct().Count() > 15, $"closed in {counts.Distinct().Count()} slices");
    }

    [Fact]
    public async Task A_machine_that_stood_still_does_not_make_up_for_it_by_a_burst()
    {
        using var stop = new CancellationTokenSource();
        var drain = _gate.Drain.DrainAsync(TimeSpan.FromSeconds(1), Never, stop.Token);
        _gate.Node.Time.Advance(TimeSpan.FromMilliseconds(800));
        await Eventually.TrueAsync(() => ClosedNow() >= Sockets / 10, "the slice behind the pause");

        // A tenth of a second's worth of the window, of what eight tenths would have been.
        Assert.Equal(Sockets / 10, ClosedNow());
        await stop.CancelAsync();
        await drain.DeadlineAsync();
    }

    [Fact]
    public async Task At_the_latest_moment_the_rest_is_told_at_once()
    {
        using var stop = new CancellationTokenSource();
        var drain = _gate.Drain.DrainAsync(TimeSpan.FromHours(1), TimeSpan.FromSeconds(9), stop.Token);
        _gate.Node.Time.Advance(TimeSpan.FromSeconds(9));
        await Eventually.TrueAsync(() => ClosedNow() == Sockets, "the close of all");

        Assert.False(drain.IsCompleted);
        await stop.CancelAsync();
        await drain.DeadlineAsync();
    }

    [Fact]
    public async Task Who_goes_first_is_drawn_by_lot()
    {
        using var stop = new CancellationTokenSource();
        var drain = _gate.Drain.DrainAsync(TimeSpan.FromSeconds(1), Never, stop.Token);
        await Eventually.TrueAsync(
            () =>
            {
                _gate.Node.Time.Advance(TimeSpan.FromMilliseconds(30));
                return ClosedNow() >= 20;
            },
            "the first slices");
        var first = _clients.Index().Where(static client => client.Item.Connection.IsClosing).Select(static client => client.Index).ToArray();
        await stop.CancelAsync();
        await drain.DeadlineAsync();

        Assert.NotEqual(Enumerable.Range(0, first.Length), first);
    }

    [Fact]
    public async Task When_the_grace_period_is_over_the_rest_is_closed_at_once()
    {
        using var stop = new CancellationTokenSource();
        var drain = _gate.Drain.DrainAsync(TimeSpan.FromHours(1), Never, stop.Token);
        await stop.CancelAsync();
        await drain.DeadlineAsync();

        Assert.All(_clients, static client => Assert.Equal(4200, client.CloseFrame!.CloseCode));
    }

    [Fact]
    public async Task New_sockets_are_refused_from_the_windows_first_moment()
    {
        using var stop = new CancellationTokenSource();
        var drain = _gate.Drain.DrainAsync(TimeSpan.FromHours(1), Never, stop.Token);
        Assert.True(_gate.State.IsDraining);

        await stop.CancelAsync();
        await drain.DeadlineAsync();
    }

    private int ClosedNow() => _clients.Count(static client => client.Connection.IsClosing);
}
