using Sockudo.Tests.Infrastructure;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Gateway;

/// <summary>How a stopping server spreads its closes.</summary>
public sealed class GatewayDrainTests : IDisposable
{
    private const int Sockets = 200;

    private readonly Gate _gate = new();
    private readonly TestClient[] _clients;

    public GatewayDrainTests() => _clients = [.. Enumerable.Range(0, Sockets).Select(_ => _gate.Node.Connect())];

    public void Dispose() => _gate.Dispose();

    [Fact]
    public async Task At_no_moment_more_are_closed_than_the_window_says()
    {
        var window = TimeSpan.FromSeconds(1);
        using var stop = new CancellationTokenSource();
        var drain = _gate.Drain.DrainAsync(window, stop.Token);
        var elapsed = TimeSpan.Zero;
        var counts = new List<int>();
        await Eventually.TrueAsync(
            () =>
            {
                var closed = _clients.Count(static client => client.Connection.IsClosing);
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
    public async Task Who_goes_first_is_drawn_by_lot()
    {
        using var stop = new CancellationTokenSource();
        var drain = _gate.Drain.DrainAsync(TimeSpan.FromSeconds(1), stop.Token);
        await Eventually.TrueAsync(
            () =>
            {
                _gate.Node.Time.Advance(TimeSpan.FromMilliseconds(30));
                return _clients.Count(static client => client.Connection.IsClosing) >= 20;
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
        var drain = _gate.Drain.DrainAsync(TimeSpan.FromHours(1), stop.Token);
        await stop.CancelAsync();
        await drain.DeadlineAsync();

        Assert.All(_clients, static client => Assert.Equal(4200, client.CloseFrame!.CloseCode));
    }

    [Fact]
    public async Task New_sockets_are_refused_from_the_windows_first_moment()
    {
        using var stop = new CancellationTokenSource();
        var drain = _gate.Drain.DrainAsync(TimeSpan.FromHours(1), stop.Token);
        Assert.True(_gate.State.IsDraining);

        await stop.CancelAsync();
        await drain.DeadlineAsync();
    }
}
