using System.Diagnostics;
using System.Net;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Telemetry;

/// <summary>What the health routes of a real node say while its Redis goes and comes back.</summary>
public sealed class BrokerAwayTests(ITestOutputHelper output)
{
    private const int HeartbeatMs = 1500;

    // For a machine that does other things too: what a poll, a timer and a scheduler may add.
    private static readonly TimeSpan Noise = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TwoHeartbeats = TimeSpan.FromMilliseconds(2 * HeartbeatMs);
    private static readonly string[] OfTheCluster = ["ready", "up", "health"];
    private static readonly string[] OfTheProcess = ["live", "alive"];

    [Fact]
    public async Task Every_route_is_red_within_two_heartbeats_and_green_within_two_of_the_brokers_return()
    {
        await using var cluster = await WatchedCluster.StartAsync(2, HeartbeatMs);
        var node = cluster.Nodes[0];
        await AllAsync(node, HttpStatusCode.OK, Deadline.Default, cluster);

        var killed = Stopwatch.GetTimestamp();
        await cluster.Redis.Process.KillAsync();
        await AllAsync(node, HttpStatusCode.ServiceUnavailable, TwoHeartbeats + Noise, cluster);
        var red = Stopwatch.GetElapsedTime(killed);
        foreach (var path in OfTheProcess) Assert.Equal(HttpStatusCode.OK, await AskAsync(node, path));

        await cluster.Redis.StartAsync();
        var returned = Stopwatch.GetTimestamp();
        await AllAsync(node, HttpStatusCode.OK, TwoHeartbeats + Noise, cluster);
        var green = Stopwatch.GetElapsedTime(returned);
        output.WriteLine($"heartbeat {HeartbeatMs} ms: red after {red.TotalMilliseconds:0} ms, green {green.TotalMilliseconds:0} ms after the return");
    }

    private static async Task AllAsync(SockudoServer node, HttpStatusCode expected, TimeSpan limit, WatchedCluster cluster)
    {
        var said = "";
        await Eventually.TrueAsync(
            async () =>
            {
                var answers = new List<HttpStatusCode>();
                foreach (var path in OfTheCluster) answers.Add(await AskAsync(node, path));
                said = string.Join(' ', OfTheCluster.Zip(answers));
                return answers.TrueForAll(answer => answer == expected);
            },
            $"all say {expected}", limit, () => $"{said}\n{cluster.Logs}");
    }

    private static async Task<HttpStatusCode> AskAsync(SockudoServer node, string path)
    {
        using var answer = await node.Http.GetAsync(new Uri(path, UriKind.Relative));
        return answer.StatusCode;
    }
}
