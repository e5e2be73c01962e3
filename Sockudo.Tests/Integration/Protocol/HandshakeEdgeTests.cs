using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Protocol;

/// <summary>Opening handshakes nobody should send, and ways to send good ones that nobody would (RFC 6455 §4.2).</summary>
public sealed class HandshakeEdgeTests(SharedServer shared, ITestOutputHelper output) : ServerTest(shared, output)
{
    private const string Ping = """{"event":"pusher:ping"}""";
    private const string Pong = """{"event":"pusher:pong"}""";

    private static readonly string Target = $"/app/{TestApps.Demo.Key}?protocol=7";

    [Theory]
    [InlineData("Host", null, 400, "host_invalid")]
    [InlineData("Connection", null, 400, "connection_header")]
    [InlineData("Connection", "keep-alive", 400, "connection_header")]
    [InlineData("Sec-WebSocket-Version", null, 426, "websocket_version")]
    [InlineData("Sec-WebSocket-Version", "12", 426, "websocket_version")]
    [InlineData("Sec-WebSocket-Version", "13, 8", 426, "websocket_version")]
    [InlineData("Sec-WebSocket-Key", null, 400, "websocket_key")]
    [InlineData("Sec-WebSocket-Key", "", 400, "websocket_key")]
    [InlineData("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ", 400, "websocket_key")]
    [InlineData("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZSBpcyB0b28gbG9uZw==", 400, "websocket_key")]
    [InlineData("Content-Length", "5", 400, "body_unexpected")]
    [InlineData("Transfer-Encoding", "chunked", 400, "body_unexpected")]
    [InlineData("Upgrade", null, 426, "upgrade_required")]
    [InlineData("Upgrade", "h2c", 426, "upgrade_required")]
    public async Task A_defective_handshake_is_told_its_status_code_and_document(string header, string? value, int status, string code)
    {
        var socket = Own(await RawWebSocket.OpenAsync(Server.HttpUri, Target, new Dictionary<string, string?> { [header] = value }));
        var body = await BodyAsync(socket);

        Output.WriteLine(body.ToJsonString());
        Assert.Equal(
            (status, code, "docs/protocol.md#handshake"),
            (socket.Response.Status, body["code"]!.GetValue<string>(), body["doc"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("Sec-WebSocket-Version", "12", 426, "websocket_version")]
    [InlineData("Sec-WebSocket-Key", "short", 400, "websocket_key")]
    [InlineData("Upgrade", "h2c", 426, "upgrade_required")]
    public async Task A_defect_in_a_later_request_is_told_the_same_way(string header, string value, int status, string code)
    {
        var socket = Own(await RawWebSocket.ConnectTcpAsync(Server.HttpUri));
        await RequestUpAsync(socket);
        await SendAsync(socket, RawWebSocket.UpgradeRequest(Server.HttpUri, Target, new Dictionary<string, string?> { [header] = value }));
        await socket.ReadResponseAsync();

        Assert.Equal((status, code), (socket.Response.Status, (await BodyAsync(socket))["code"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Version_12_is_told_that_13_is_spoken(bool asLaterRequest)
    {
        var socket = Own(await RawWebSocket.ConnectTcpAsync(Server.HttpUri));
        if (asLaterRequest) await RequestUpAsync(socket);
        await SendAsync(socket, RawWebSocket.UpgradeRequest(Server.HttpUri, Target, new Dictionary<string, string?> { ["Sec-WebSocket-Version"] = "12" }));
        var answer = await socket.ReadResponseAsync();

        Assert.Equal("426 13", $"{answer.Status} {answer.Headers["Sec-WebSocket-Version"]}");
    }

    [Fact]
    public async Task HTTP_1_0_is_refused()
    {
        var socket = Own(await RawWebSocket.ConnectTcpAsync(Server.HttpUri));
        await SendAsync(socket, RawWebSocket.UpgradeRequest(Server.HttpUri, Target).Replace("HTTP/1.1", "HTTP/1.0", StringComparison.Ordinal));
        await socket.ReadResponseAsync();

        Assert.Equal("400 http_version", $"{socket.Response.Status} {(await BodyAsync(socket))["code"]}");
    }

    [Fact]
    public async Task A_refused_connection_is_ended_by_the_server()
    {
        var socket = Own(await RawWebSocket.OpenAsync(Server.HttpUri, Target, new Dictionary<string, string?> { ["Sec-WebSocket-Version"] = "12" }));
        await BodyAsync(socket);

        Assert.Null(await socket.ReadFrameAsync());
    }

    [Fact]
    public async Task A_request_that_comes_byte_by_byte_is_understood()
    {
        var socket = Own(await RawWebSocket.ConnectTcpAsync(Server.HttpUri));
        foreach (var one in Encoding.ASCII.GetBytes(RawWebSocket.UpgradeRequest(Server.HttpUri, Target))) await socket.SendBytesAsync([one]);
        await socket.ReadResponseAsync();

        Assert.Contains("connection_established", (await socket.ReadFrameAsync())!.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16 * 1024, 101)]
    [InlineData((16 * 1024) + 1, 431)]
    public async Task A_request_head_has_16_KiB_at_most(int length, int status)
    {
        var socket = Own(await RawWebSocket.ConnectTcpAsync(Server.HttpUri));
        var head = RawWebSocket.UpgradeRequest(Server.HttpUri, Target);
        await SendAsync(socket, $"{head[..^2]}Cookie: {new string('c', length - head.Length - "Cookie: \r\n".Length)}\r\n\r\n");

        Assert.Equal(status, (await socket.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task Frames_pipelined_behind_the_request_are_answered_in_order()
    {
        byte[] frames = [.. Frame(FrameOpcode.Text, Ping), .. Frame(FrameOpcode.Ping, "x"), .. Frame(FrameOpcode.Text, Ping), .. Frame(FrameOpcode.Close, "")];
        var socket = Own(await RawWebSocket.OpenAsync(Server.HttpUri, Target, behindHandshake: frames));
        var answers = new List<string>();
        while (await socket.ReadFrameAsync() is { } frame) answers.Add(frame.Opcode == FrameOpcode.Text ? frame.Text : frame.Opcode.ToString());

        Assert.Equal([Pong, "Pong", Pong, "Close"], answers[1..]);
    }

    [Fact]
    public async Task Requests_that_are_never_finished_are_ended_at_the_deadline()
    {
        string[] beginnings = ["", "G", "GET /app/", "GET /app/demo-key HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n", "GET /up HTTP/1.1\r\nHost: localhost\r\n"];
        var started = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(beginnings.Select(EndOfAsync));

        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        Output.WriteLine($"{seconds:0.0} s");
        Assert.InRange(seconds, 10, 30);
        await (await ConnectAsync()).FenceAsync();
    }

    private async Task EndOfAsync(string beginning)
    {
        var socket = Own(await RawWebSocket.ConnectTcpAsync(Server.HttpUri));
        if (beginning.Length > 0) await SendAsync(socket, beginning);
        using var deadline = Deadline.Source(TimeSpan.FromSeconds(40));
        var answer = new byte[1024];
        try
        {
            // HTTP's own deadline is told by a 408 before the end.
            while (await socket.Socket.ReceiveAsync(answer, deadline.Token) > 0) Assert.StartsWith("HTTP/1.1 408 ", Encoding.ASCII.GetString(answer), StringComparison.Ordinal);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            // The door cuts off without a word.
        }
    }

    private static async Task<JsonNode> BodyAsync(RawWebSocket socket)
    {
        var length = int.Parse(socket.Response.Headers["Content-Length"], CultureInfo.InvariantCulture);
        return JsonNode.Parse(await socket.ReadBytesAsync(length))!;
    }

    private static Task SendAsync(RawWebSocket socket, string text) => socket.SendBytesAsync(Encoding.ASCII.GetBytes(text));

    private static byte[] Frame(FrameOpcode opcode, string payload) => new WebSocketFrame(opcode, Encoding.UTF8.GetBytes(payload), Masked: true).ToBytes();

    private async Task RequestUpAsync(RawWebSocket socket)
    {
        await SendAsync(socket, $"GET /up HTTP/1.1\r\nHost: {Server.HttpUri.Authority}\r\n\r\n");
        await socket.ReadResponseAsync();
        await socket.ReadBytesAsync(int.Parse(socket.Response.Headers["Content-Length"], CultureInfo.InvariantCulture));
    }
}
