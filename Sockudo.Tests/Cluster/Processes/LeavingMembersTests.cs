using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Processes;

/// <summary>How long the members of a node that stops stay on another node's list: from the signal to the last one that is removed there.</summary>
public sealed class LeavingMembersTests(ITestOutputHelper output)
{
    private const int Members = 30;
    private const int WindowMs = 1000;

    // What a busy machine may take on top of what is promised.
    private const int MarginMs = 3000;

    private static readonly TestApp App = new("leaving");

    [Theory]
    [InlineData("redis")]
    [InlineData("nats")]
    public async Task The_members_of_a_node_that_stops_are_gone_with_the_drain_window(string driver)
    {
        await using var redis = driver == "redis" ? new RedisServer() : null;
        await using var nats = driver == "nats" ? new NatsServer() : null;
        if (redis is not null) await redis.StartAsync();
        if (nats is not null) await nats.StartAsync();
        var nodes = await Task.WhenAll(Enumerable.Range(1, 2).Select(number =>
        {
            var setup = new ServerSetup { Apps = [App] }
                .Set("instance.process_id", string.Create(CultureInfo.InvariantCulture, $"web-{number}"))
                .Set("adapter.driver", driver)
                .Set("shutdown_drain_window_ms", WindowMs);
            if (redis is not null) setup.Set("database.redis.port", redis.Port);
            if (nats is not null) setup.Set("adapter.nats.servers", new JsonArray(string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{nats.Port}")));
            return SockudoServer.StartAsync(setup);
        }));
        await using var stays = nodes[0];
        await using var stops = nodes[1];
        await using var watcher = await stays.ConnectAsync(App);
        await watcher.JoinAsync("presence-room", "watcher");
        var members = await Task.WhenAll(Enumerable.Range(0, Members).Select(_ => stops.ConnectAsync(App)));
        for (var i = 0; i < Members; i++) await members[i].JoinAsync("presence-room", string.Create(CultureInfo.InvariantCulture, $"user-{i}"));
        for (var i = 0; i < Members; i++) await watcher.WaitForAsync("pusher_internal:member_added");

        var signal = Stopwatch.GetTimestamp();
        stops.Signal(ProcessSignal.Terminate);
        for (var i = 0; i < Members; i++) await watcher.WaitForAsync("pusher_internal:member_removed");
        var took = Stopwatch.GetElapsedTime(signal);

        output.WriteLine($"{driver}: {Members} members were gone {took.TotalMilliseconds:0} ms after SIGTERM, with a drain window of {WindowMs} ms");
        foreach (var member in members) await member.DisposeAsync();
        Assert.InRange(took.TotalMilliseconds, 0, WindowMs + MarginMs);
    }
}
