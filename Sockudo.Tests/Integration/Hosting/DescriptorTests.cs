using System.Globalization;
using System.Net.Sockets;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Hosting;

/// <summary>Sockets of clients that vanished without a word.</summary>
public sealed class DescriptorTests(ITestOutputHelper output)
{
    private const int Sockets = 30;

    [Fact]
    public async Task Clients_that_time_out_and_never_answer_the_close_give_their_descriptors_and_their_count_back()
    {
        await using var server = await SockudoServer.StartAsync(
            new ServerSetup { Apps = [TestApps.Demo] }.Set("activity_timeout", 120).Set("websocket.idle_timeout", 1).Set("websocket.auto_ping", false));
        var target = $"/app/{TestApps.Demo.Key}?protocol=7&client=js&version=8.6.0";
        await server.Http.GetAsync(server.MetricsUri, TestContext.Current.CancellationToken);
        var baseline = Descriptors(server);
        List<RawWebSocket> silent = [];
        for (var i = 0; i < Sockets; i++) silent.Add(await RawWebSocket.OpenAsync(server.HttpUri, target));
        var most = Descriptors(server);
        Assert.InRange(most - baseline, Sockets, 2 * Sockets);

        await Eventually.TrueAsync(() => Task.FromResult(Descriptors(server) <= baseline + 2), "the descriptors are given back", state: () => $"{Descriptors(server)} of {baseline}");
        await Eventually.EqualAsync(0, () => ConnectedAsync(server), "connections in the metrics");

        output.WriteLine($"{baseline} descriptors, {most} with {Sockets} sockets, {Descriptors(server)} after their timeout");
        foreach (var socket in silent) await socket.DisposeAsync();
    }

    [Fact]
    public async Task Whoever_opens_more_connections_than_there_are_descriptors_is_cut_off_and_nobody_else()
    {
        const int Limit = 600;
        if (!OperatingSystem.IsLinux()) Assert.Skip("the limit is read from /proc");
        await using var server = await SockudoServer.StartAsync(new ServerSetup { Apps = [TestApps.Demo], DescriptorLimit = Limit });
        await using var before = await server.ConnectAsync(TestApps.Demo);
        List<Socket> greedy = [];
        for (var i = 0; i < Limit; i++) greedy.Add(await ConnectAsync(server));
        await Eventually.TrueAsync(async () => (await MetricsAsync(server)).Contains("descriptors_used_up", StringComparison.Ordinal), "some are cut off");

        await before.SendAsync("pusher:ping");
        await before.WaitForAsync("pusher:pong");
        Assert.InRange(Descriptors(server), Limit / 2, Limit - 1);

        foreach (var socket in greedy) socket.Dispose();
        await Eventually.TrueAsync(() => Descriptors(server) < Limit / 2, "the descriptors are given back", state: () => $"{Descriptors(server)}");
        await using var after = await server.ConnectAsync(TestApps.Demo);
        Assert.False(server.Exited.IsCompleted);
        Assert.Single(server.Log.Split('\n'), static line => line.Contains("others are cut off", StringComparison.Ordinal));
    }

    private static async Task<Socket> ConnectAsync(SockudoServer server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(server.HttpUri.Host, server.Port, TestContext.Current.CancellationToken);
        }
        catch (SocketException)
        {
            // Cut off before the connect has returned.
        }

        return socket;
    }

    private static Task<string> MetricsAsync(SockudoServer server) => server.Http.GetStringAsync(server.MetricsUri);

    private static int Descriptors(SockudoServer server) => Directory.GetFiles($"/proc/{server.ProcessId}/fd").Length;

    private static async Task<int> ConnectedAsync(SockudoServer server)
    {
        var text = await MetricsAsync(server);
        return text.Split('\n').Where(static line => line.StartsWith("sockudo_connected{", StringComparison.Ordinal))
            .Sum(static line => int.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture));
    }
}
