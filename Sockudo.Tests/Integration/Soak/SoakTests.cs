using System.Globalization;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Soak;

/// <summary>
/// 2,000 sockets that connect, subscribe, publish and die in every way: 60 s, 15 minutes with SOCKUDO_TEST_ALL=1, or
/// SOCKUDO_TEST_SOAK seconds. Afterwards the server holds what it held before.
/// </summary>
public sealed class SoakTests(ITestOutputHelper output)
{
    private const int Sockets = 2000;
    private const long AllowedBytes = 5 * 1024 * 1024;

    private static readonly TestApp App = new("soak");

    private static TimeSpan Duration => TimeSpan.FromSeconds(
        double.TryParse(Environment.GetEnvironmentVariable("SOCKUDO_TEST_SOAK"), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? seconds
        : Environment.GetEnvironmentVariable("SOCKUDO_TEST_ALL") == "1" ? 900 : 60);

    [Fact]
    public async Task After_the_soak_the_server_holds_what_it_held_before()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("descriptors are counted in /proc");
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        await using var server = await SockudoServer.StartAsync(new ServerSetup { Apps = [App], HostEnvironment = "Development" }
            .Set("activity_timeout", 5).Set("websocket.idle_timeout", 4).Set("websocket.max_backpressure", 64 * 1024));

        // The same load first, for a few seconds: what pools and tables keep for so many sockets is no leak.
        await using (var warmUp = new SoakLoad(server, App, Sockets, seed)) await SettleAsync(server, warmUp, TimeSpan.FromSeconds(5));
        var before = await QuietAsync(server);
        var (heapBefore, _) = await ServerFootprint.CollectAsync(server);
        output.WriteLine($"before: {before}, {heapBefore / 1024} kB");

        await using var load = new SoakLoad(server, App, Sockets, seed + 1000);
        await SettleAsync(server, load, Duration);
        output.WriteLine(load.Summary);
        await Eventually.EqualAsync(before, () => ServerFootprint.ReadAsync(server, App), "what the server held before", TimeSpan.FromSeconds(60));
        var (heapAfter, _) = await ServerFootprint.CollectAsync(server);
        var metrics = await ServerFootprint.ScrapeAsync(server);
        output.WriteLine($"after: {before}, {heapAfter / 1024} kB; {ServerFootprint.Sum(metrics, "sockudo_slow_consumers_closed_total")} slow consumers closed");

        Assert.Equal((0, 0, 0), (before.Sockets, before.Channels, before.PresenceChannels));
        Assert.True(heapAfter - heapBefore <= AllowedBytes, $"the heap grew by {(heapAfter - heapBefore) / 1024} kB");
        Assert.True(ServerFootprint.Sum(metrics, "sockudo_slow_consumers_closed_total") > 0, "nobody was too slow");
        Assert.Equal(Enum.GetValues<Death>(), load.DeathsByKind.Keys.Order());
        Assert.Equal(0, load.Unnoticed);
        Assert.True(load.Opened > Sockets, $"{load.Opened} sockets opened");
        Assert.DoesNotContain("defect in the server", server.Log, StringComparison.Ordinal);
    }

    /// <summary>Runs the load and waits until the server has noticed everybody's death, those that left their connection open too.</summary>
    private static async Task SettleAsync(SockudoServer server, SoakLoad load, TimeSpan duration)
    {
        await load.RunAsync(duration);
        await Eventually.EqualAsync(
            0, async () => ServerFootprint.Sum(await ServerFootprint.ScrapeAsync(server), "sockudo_connected"), "sockets after the load", TimeSpan.FromSeconds(60));
    }

    /// <summary>The footprint once it stays the same: what the load has set going ends by and by.</summary>
    private static async Task<ServerFootprint> QuietAsync(SockudoServer server)
    {
        var (last, same) = (await ServerFootprint.ReadAsync(server, App), 0);
        await Eventually.TrueAsync(
            async () =>
            {
                var now = await ServerFootprint.ReadAsync(server, App);
                (last, same) = (now, now == last ? same + 1 : 0);
                return same >= 25;
            },
            "a footprint that stays the same",
            TimeSpan.FromSeconds(60));
        return last;
    }
}
