using System.Text;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Protocol;

/// <summary>The upgrade (RFC 6455 §4.2), byte by byte where clients do not let us, and the greeting behind it.</summary>
public sealed class HandshakeTests(SharedServer shared, ITestOutputHelper output) : ServerTest(shared, output)
{
    private static readonly string Target = $"/app/{TestApps.Demo.Key}?protocol=7";

    [Fact]
    public async Task The_accept_value_is_that_of_the_key()
    {
        var socket = await UpgradeAsync(Target);
        Assert.Equal(RawWebSocket.SampleAccept, socket.Response.Headers["Sec-WebSocket-Accept"]);
    }

    [Fact]
    public async Task The_answer_is_a_101_that_names_the_upgrade()
    {
        var socket = await UpgradeAsync(Target);
        Assert.Equal("101 websocket", $"{socket.Response.Status} {socket.Response.Headers["Upgrade"].ToLowerInvariant()}");
    }

    [Fact]
    public async Task The_greeting_is_the_first_frame()
    {
        var socket = await UpgradeAsync(Target);
        var frame = await socket.ReadFrameAsync();
        Assert.Matches(
            """^\{"event":"pusher:connection_established","data":"\{\\"socket_id\\":\\"\d+\.\d+\\",\\"activity_timeout\\":120\}"\}$""", frame!.Text);
    }

    [Fact]
    public async Task Frames_of_the_server_are_not_masked()
    {
        var socket = await UpgradeAsync(Target);
        Assert.False((await socket.ReadFrameAsync())!.Masked);
    }

    [Fact]
    public async Task Two_sockets_have_two_ids()
    {
        var (one, other) = (await ConnectAsync(), await ConnectAsync());
        Assert.NotEqual(one.SocketId, other.SocketId);
    }

    [Fact]
    public async Task A_frame_in_the_same_packet_as_the_request_is_not_lost()
    {
        var ping = new WebSocketFrame(FrameOpcode.Text, """{"event":"pusher:ping","data":{}}"""u8.ToArray(), Masked: true);
        var socket = Own(await RawWebSocket.OpenAsync(Server.HttpUri, Target, behindHandshake: ping.ToBytes()));
        await socket.ReadFrameAsync();
        Assert.Equal("""{"event":"pusher:pong"}""", (await socket.ReadFrameAsync())!.Text);
    }

    [Fact]
    public async Task A_request_that_comes_in_pieces_is_understood()
    {
        var socket = Own(await RawWebSocket.ConnectTcpAsync(Server.HttpUri));
        foreach (var piece in Encoding.ASCII.GetBytes(RawWebSocket.UpgradeRequest(Server.HttpUri, Target)).Chunk(7))
            await socket.SendBytesAsync(piece);
        Assert.Equal(101, (await socket.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task An_upgrade_as_a_later_request_of_a_connection_is_served()
    {
        var socket = Own(await RawWebSocket.ConnectTcpAsync(Server.HttpUri));
        await RequestUpAsync(socket);
        await socket.SendBytesAsync(Encoding.ASCII.GetBytes(RawWebSocket.UpgradeRequest(Server.HttpUri, Target)));
        Assert.Equal(101, (await socket.ReadResponseAsync()).Status);
        Assert.Contains("pusher:connection_established", (await socket.ReadFrameAsync())!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_behind_a_later_request_answers_pings()
    {
        var socket = Own(await RawWebSocket.ConnectTcpAsync(Server.HttpUri));
        await RequestUpAsync(socket);
        await socket.SendBytesAsync(Encoding.ASCII.GetBytes(RawWebSocket.UpgradeRequest(Server.HttpUri, Target)));
        await socket.ReadResponseAsync();
        await socket.ReadFrameAsync();
        await socket.SendTextAsync("""{"event":"pusher:ping"}""");
        Assert.Equal("""{"event":"pusher:pong"}""", (await socket.ReadFrameAsync())!.Text);
    }

    [Theory]
    [InlineData("Sec-WebSocket-Version", "8", 426)]
    [InlineData("Sec-WebSocket-Version", null, 426)]
    [InlineData("Sec-WebSocket-Key", "short", 400)]
    [InlineData("Sec-WebSocket-Key", null, 400)]
    public async Task A_defective_upgrade_is_refused_over_http(string header, string? value, int status)
    {
        var socket = await UpgradeAsync(Target, new Dictionary<string, string?> { [header] = value });
        Assert.Equal(status, socket.Response.Status);
    }

    [Fact]
    public async Task A_version_that_is_not_spoken_is_told_the_one_that_is()
    {
        var socket = await UpgradeAsync(Target, new Dictionary<string, string?> { ["Sec-WebSocket-Version"] = "8" });
        Assert.Equal("13", socket.Response.Headers["Sec-WebSocket-Version"]);
    }

    [Theory]
    [InlineData("websocket", "keep-alive, Upgrade")]
    [InlineData("WebSocket", "upgrade")]
    public async Task Header_values_are_read_without_case_and_in_lists(string upgrade, string connection)
    {
        var socket = await UpgradeAsync(Target, new Dictionary<string, string?> { ["Upgrade"] = upgrade, ["Connection"] = connection });
        Assert.Equal(101, socket.Response.Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?")]
    [InlineData("?protocol=5")]
    [InlineData("?protocol=6")]
    [InlineData("?protocol=7&client=js&version=8.6.0&flash=false")]
    [InlineData("/?protocol=7")]
    public async Task A_known_key_is_let_in_with_whatever_else_is_asked(string behindKey)
    {
        var socket = await UpgradeAsync($"/app/{TestApps.Demo.Key}{behindKey}");
        Assert.Contains("pusher:connection_established", (await socket.ReadFrameAsync())!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_without_an_upgrade_is_answered_over_http()
    {
        using var answer = await Server.Http.GetAsync(new Uri(Target, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(426, (int)answer.StatusCode);
    }

    private async Task<RawWebSocket> UpgradeAsync(string target, IReadOnlyDictionary<string, string?>? headers = null) =>
        Own(await RawWebSocket.OpenAsync(Server.HttpUri, target, headers));

    /// <summary>A plain request that keeps the connection open, its answer read to the end.</summary>
    private async Task RequestUpAsync(RawWebSocket socket)
    {
        await socket.SendBytesAsync(Encoding.ASCII.GetBytes($"GET /up HTTP/1.1\r\nHost: {Server.HttpUri.Authority}\r\n\r\n"));
        var answer = await socket.ReadResponseAsync();
        Assert.Equal(200, answer.Status);
        await socket.ReadBytesAsync(int.Parse(answer.Headers["Content-Length"], System.Globalization.CultureInfo.InvariantCulture));
    }
}
