using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;
using static Sockudo.Tests.Integration.Webhooks.WebhookApps;

namespace Sockudo.Tests.Integration.Webhooks;

/// <summary>What webhooks cost: clients nothing, the processor little. The figures of docs/performance.md are what these print.</summary>
public sealed class WebhookCostTests(ITestOutputHelper output)
{
    private static bool IsLong => Environment.GetEnvironmentVariable("SOCKUDO_TEST_ALL") == "1";

    [Fact]
    public async Task Subscribing_takes_as_long_with_a_dead_endpoint_as_without_webhooks()
    {
        // It takes connections and never answers.
        using var dead = new TcpListener(IPAddress.Loopback, 0);
        dead.Start();
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)dead.LocalEndpoint).Port}/hook");
        var (quiet, told) = (new TestApp("quiet"), App("told", Entry(url, EveryType)));
        await using var server = await SockudoServer.StartAsync(new ServerSetup { Apps = [quiet, told] });
        await using var one = await server.ConnectAsync(quiet);
        await using var other = await server.ConnectAsync(told);
        var count = IsLong ? 5_000 : 500;
        var (without, with) = (new double[count], new double[count]);
        for (var i = 0; i < count; i++)
        {
            // By turns, so that what else the machine does falls on both.
            without[i] = await SubscribeAsync(one, i);
            with[i] = await SubscribeAsync(other, i);
        }

        Array.Sort(without);
        Array.Sort(with);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"subscribe, {count} each: without webhooks p50 {Percentile(without, 50):0.000} ms, p99 {Percentile(without, 99):0.000} ms; with a dead endpoint p50 {Percentile(with, 50):0.000} ms, p99 {Percentile(with, 99):0.000} ms"));
        Assert.InRange(Percentile(with, 50), 0, (Percentile(without, 50) * 1.5) + 1);
        Assert.InRange(Percentile(with, 99), 0, (Percentile(without, 99) * 3) + 20);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_core_tells_thousands_of_events_a_second(bool joined)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var app = App("told", Entry(receiver.Url(), "client_event"));
        await using var server = await SockudoServer.StartAsync(new ServerSetup { Apps = [app] }.Set("webhooks.batching.enabled", joined));
        await using var ada = await server.ConnectAsync(app);
        string[] channels = [.. Enumerable.Range(0, 64).Select(i => $"private-{i}")];
        foreach (var channel in channels) await ada.SubscribeAsync(channel);
        await SendAsync(ada, channels, 2_000);
        await Eventually.TrueAsync(() => Task.FromResult(receiver.Accepted.Count == 2_000), "the warm-up", TimeSpan.FromSeconds(60));

        var count = IsLong ? joined ? 100_000 : 20_000 : 5_000;
        var (cpu, started, requests) = (await CpuAsync(server), Stopwatch.GetTimestamp(), receiver.Requests.All.Count);
        await SendAsync(ada, channels, count);
        await Eventually.TrueAsync(() => Task.FromResult(receiver.Accepted.Count == count + 2_000), "every event is told", TimeSpan.FromSeconds(120));
        var (used, took) = (await CpuAsync(server) - cpu, Stopwatch.GetElapsedTime(started).TotalSeconds);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{count} client events, {(joined ? "joined" : "one a request")}, told in {took:0.00} s by {receiver.Requests.All.Count - requests} requests; the server's processor time {used:0.00} s: {count / used:0} events a second of one core, their frames and hand-out included"));
        Assert.InRange(count / used, joined ? 5_000 : 500, double.MaxValue);
    }

    private static async Task<double> SubscribeAsync(PusherConnection client, int number)
    {
        var started = Stopwatch.GetTimestamp();
        await client.SubscribeAsync(string.Create(CultureInfo.InvariantCulture, $"orders-{number}"));
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static async Task SendAsync(PusherConnection client, string[] channels, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await client.SendAsync("client-n", JsonValue.Create(i.ToString(CultureInfo.InvariantCulture)), channels[i % channels.Length]);
            if (i % 1_000 == 999) await client.FenceAsync();
        }
    }

    private static async Task<double> CpuAsync(SockudoServer server)
    {
        var text = await server.Http.GetStringAsync(server.MetricsUri, TestContext.Current.CancellationToken);
        var line = text.Split('\n').Single(line => line.StartsWith("process_cpu_seconds_total", StringComparison.Ordinal) && !line.StartsWith('#'));
        return double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture);
    }

    private static double Percentile(double[] sorted, int percent) => sorted[Math.Min(sorted.Length - 1, sorted.Length * percent / 100)];
}
