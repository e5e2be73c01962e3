using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Protocol;

/// <summary>The grace of a presence user on a real server without a cluster.</summary>
public sealed class LeaveGraceTests
{
    [Fact]
    public async Task A_user_who_reconnects_within_the_grace_is_not_seen_to_leave_and_one_who_does_not_is()
    {
        await using var server = await SockudoServer.StartAsync(new ServerSetup { Apps = [TestApps.Demo] }.Set("presence.leave_grace_ms", 1500));
        await using var watcher = await server.ConnectAsync(TestApps.Demo);
        await watcher.JoinAsync("presence-room", "ada");
        await using (var first = await server.ConnectAsync(TestApps.Demo)) await first.JoinAsync("presence-room", "bob");
        await using (var back = await server.ConnectAsync(TestApps.Demo)) await back.JoinAsync("presence-room", "bob");

        await watcher.WaitForAsync("pusher_internal:member_removed", "presence-room");

        Assert.Equal(
            ["pusher_internal:member_added", "pusher_internal:member_removed"],
            watcher.Received.Select(static item => item.Name).Where(static name => name.Contains("member_", StringComparison.Ordinal)));
    }
}
