using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Protocol;

/// <summary>Signatures of private and presence channels. Every kind of channel that needs one refuses all but the right one.</summary>
public sealed class ChannelAuthTests(SharedServer shared, ITestOutputHelper output) : ServerTest(shared, output)
{
    private const string Member = """{"user_id":"1"}""";

    public static TheoryData<string> Kinds =>
    [
        "private-x", "private-encrypted-x", "private-cache-x", "private-encrypted-cache-x", "presence-x", "presence-cache-x",
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_right_signature_is_accepted(string kind)
    {
        var connection = await ConnectAsync();
        await connection.SubscribeAsync(Unique(kind), MemberOf(kind));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_missing_signature_is_refused(string kind) => await RefusedAsync(kind, (_, _) => "");

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Garbage_is_refused(string kind) => await RefusedAsync(kind, (_, _) => "garbage");

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_signature_of_another_secret_is_refused(string kind) => await RefusedAsync(kind, (connection, channel) =>
        $"{TestApps.Demo.Key}:{PusherAuth.Sign("another secret", Text(connection.SocketId, channel, kind))}");

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_signature_for_another_socket_is_refused(string kind) => await RefusedAsync(kind, (_, channel) =>
        PusherAuth.Channel(TestApps.Demo, "123.456", channel, MemberOf(kind)));

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_signature_for_another_channel_is_refused(string kind) => await RefusedAsync(kind, (connection, _) =>
        PusherAuth.Channel(TestApps.Demo, connection.SocketId, "private-other", MemberOf(kind)));

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_signature_with_another_apps_key_is_refused(string kind) => await RefusedAsync(kind, (connection, channel) =>
        $"{TestApps.Users.Key}:{PusherAuth.Sign(TestApps.Demo.Secret, Text(connection.SocketId, channel, kind))}");

    [Fact]
    public async Task A_signature_without_a_key_is_refused() => await RefusedAsync("private-x", (connection, channel) =>
        PusherAuth.Sign(TestApps.Demo.Secret, Text(connection.SocketId, channel, "private-x")));

    [Fact]
    public async Task A_signature_that_is_cut_short_is_refused() => await RefusedAsync("private-x", (connection, channel) =>
        PusherAuth.Channel(TestApps.Demo, connection.SocketId, channel)[..^1]);

    [Fact]
    public async Task A_signature_for_other_channel_data_is_refused() => await RefusedAsync("presence-x", (connection, channel) =>
        PusherAuth.Channel(TestApps.Demo, connection.SocketId, channel, """{"user_id":"admin"}"""));

    [Fact]
    public async Task A_refused_socket_gets_no_event_of_the_channel()
    {
        var connection = await ConnectAsync();
        var channel = Unique("private-cache-x");
        await Server.Api(TestApps.Demo).PublishAsync(channel, "secret", "1");
        await connection.SendSubscribeAsync(channel, auth: "garbage");
        await connection.WaitForAsync("pusher:error");
        await Server.Api(TestApps.Demo).PublishAsync(channel, "secret", "2");
        Assert.Empty(await connection.FenceAsync());
    }

    [Fact]
    public async Task A_refused_socket_does_not_occupy_the_channel()
    {
        var connection = await ConnectAsync();
        var channel = Unique("private-x");
        await connection.SendSubscribeAsync(channel, auth: "garbage");
        await connection.WaitForAsync("pusher:error");
        var answer = await Server.Api(TestApps.Demo).GetAsync($"/channels/{channel}");
        Assert.False(answer.Json["occupied"]!.GetValue<bool>());
    }

    private static string? MemberOf(string kind) => kind.StartsWith("presence", StringComparison.Ordinal) ? Member : null;

    private static string Text(string socketId, string channel, string kind) =>
        MemberOf(kind) is { } member ? $"{socketId}:{channel}:{member}" : $"{socketId}:{channel}";

    private async Task RefusedAsync(string kind, Func<PusherConnection, string, string> auth)
    {
        var connection = await ConnectAsync();
        var channel = Unique(kind);
        await connection.SendSubscribeAsync(channel, MemberOf(kind), auth(connection, channel));
        await connection.WaitForAsync("pusher:subscription_error", channel);
        Assert.Equal(4009, (await connection.WaitForAsync("pusher:error")).ErrorCode);
    }
}
