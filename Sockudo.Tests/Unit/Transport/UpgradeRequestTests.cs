using System.Text;
using Sockudo.Server.Transport;
using Xunit;

namespace Sockudo.Tests.Unit.Transport;

public sealed class UpgradeRequestTests
{
    private const string Key = "dGhlIHNhbXBsZSBub25jZQ==";

    [Fact]
    public void The_key_of_the_RFC_is_accepted_with_the_answer_of_the_RFC()
    {
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", UpgradeRequest.AcceptFor(Key));
    }

    [Fact]
    public void A_handshake_is_accepted_with_its_parts()
    {
        var (kind, request, consumed) = Read(Head("/app/key?protocol=7&client=js", "Origin: https://shop.example", "X-Forwarded-For: 10.0.0.1"), behind: "frames");

        Assert.Equal(UpgradeKind.Accepted, kind);
        Assert.Equal(("/app/key", "protocol=7&client=js", "https://shop.example", "10.0.0.1", Key), (request.Path, request.Query, request.Origin, request.ForwardedFor, request.Key));
        Assert.Equal(Head("/app/key?protocol=7&client=js", "Origin: https://shop.example", "X-Forwarded-For: 10.0.0.1").Length, consumed);
    }

    [Theory]
    [InlineData("UPGRADE: WebSocket")]
    [InlineData("upgrade:websocket")]
    [InlineData("Upgrade:   websocket  ")]
    [InlineData("Upgrade: h2c, websocket")]
    public void The_Upgrade_header_is_read_as_a_list_of_tokens(string upgrade) =>
        Assert.Equal(UpgradeKind.Accepted, Read(Lines("GET /app/k HTTP/1.1", "Host: h", upgrade, "Connection: Upgrade", "Sec-WebSocket-Version: 13", $"Sec-WebSocket-Key: {Key}")).Kind);

    [Theory]
    [InlineData("Connection: keep-alive, Upgrade")]
    [InlineData("connection: UPGRADE")]
    [InlineData("Connection: keep-alive\r\nConnection: Upgrade")]
    public void The_Connection_header_is_read_as_a_list_of_tokens(string connection) =>
        Assert.Equal(UpgradeKind.Accepted, Read(Lines("GET /app/k HTTP/1.1", "Host: h", "Upgrade: websocket", connection, "Sec-WebSocket-Version: 13", $"Sec-WebSocket-Key: {Key}")).Kind);

    [Theory]
    [InlineData("GET /app/k HTTP/1.0", "Host: h", "Connection: Upgrade", "13", Key, 400)]
    [InlineData("GET /app/k HTTP/1.1", "X: y", "Connection: Upgrade", "13", Key, 400)]
    [InlineData("GET /app/k HTTP/1.1", "Host: a\r\nHost: b", "Connection: Upgrade", "13", Key, 400)]
    [InlineData("GET /app/k HTTP/1.1", "Host: h", "Connection: close", "13", Key, 400)]
    [InlineData("GET /app/k HTTP/1.1", "Host: h", "Connection: Upgrade", "8", Key, 426)]
    [InlineData("GET /app/k HTTP/1.1", "Host: h", "Connection: Upgrade", "13\r\nSec-WebSocket-Version: 13", Key, 426)]
    [InlineData("GET /app/k HTTP/1.1", "Host: h", "Connection: Upgrade", "13", "", 400)]
    [InlineData("GET /app/k HTTP/1.1", "Host: h", "Connection: Upgrade", "13", "short", 400)]
    [InlineData("GET /app/k HTTP/1.1", "Host: h", "Connection: Upgrade", "13", "dGhlIHNhbXBsZSBub25jZSE==", 400)]
    [InlineData("GET /app/k HTTP/1.1", "Host: h", "Connection: Upgrade", "13", Key + "\r\nSec-WebSocket-Key: " + Key, 400)]
    [InlineData("GET /app/k HTTP/1.1", "Host: h", "Connection: Upgrade", "13", Key + "\r\nContent-Length: 5", 400)]
    [InlineData("GET /app/k HTTP/1.1", "Host: h", "Connection: Upgrade", "13", Key + "\r\nTransfer-Encoding: chunked", 400)]
    public void A_handshake_that_breaks_a_rule_is_refused(string line, string host, string connection, string version, string key, int status)
    {
        var (kind, request, _) = Read(Lines(line, host, "Upgrade: websocket", connection, $"Sec-WebSocket-Version: {version}", $"Sec-WebSocket-Key: {key}"));

        Assert.Equal((UpgradeKind.Refused, status), (kind, request.Defect!.Status));
    }

    [Fact]
    public void An_empty_body_is_no_body() => Assert.Equal(UpgradeKind.Accepted, Read(Head("/app/k", "Content-Length: 0")).Kind);

    [Theory]
    [InlineData("GET /up HTTP/1.1\r\n")]
    [InlineData("POST /app/k HTTP/1.1\r\n")]
    [InlineData("GET /apps/1/channels HTTP/1.1\r\n")]
    [InlineData("GET  /app/k HTTP/1.1\r\n")]
    [InlineData("get /app/k HTTP/1.1\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n")]
    [InlineData("\u0016\u0003\u0001")]
    [InlineData("\r\n")]
    public void What_cannot_be_a_handshake_is_somebody_elses_at_once(string bytes) => Assert.Equal(UpgradeKind.Other, Read(bytes).Kind);

    [Theory]
    [InlineData("Upgrade : websocket")]
    [InlineData(" Upgrade: websocket")]
    [InlineData("X: y\r\n Upgrade: websocket")]
    [InlineData("X: y\nUpgrade: websocket")]
    [InlineData("X: y\rUpgrade: websocket")]
    [InlineData("X: y\0\r\nUpgrade: websocket")]
    [InlineData("no colon\r\nUpgrade: websocket")]
    [InlineData(": empty\r\nUpgrade: websocket")]
    [InlineData("X: websocket")]
    [InlineData("Upgrade: websocketx")]
    public void Headers_that_others_might_read_otherwise_are_left_to_HTTP(string header) =>
        Assert.Equal(UpgradeKind.Other, Read(Lines("GET /app/k HTTP/1.1", "Host: h", header, "Connection: Upgrade", "Sec-WebSocket-Version: 13", $"Sec-WebSocket-Key: {Key}")).Kind);

    [Fact]
    public void Each_beginning_of_a_handshake_is_incomplete()
    {
        var head = Head("/app/k");
        for (var length = 0; length < head.Length; length++) Assert.True(Read(head[..length]).Kind == UpgradeKind.Incomplete, $"{length} bytes");
    }

    [Theory]
    [InlineData("/ws", "/ws/app/k", true)]
    [InlineData("/ws", "/app/k", false)]
    [InlineData("/a/b", "/a/b/app/k", true)]
    [InlineData("", "/ws/app/k", false)]
    public void The_path_begins_with_the_prefix(string prefix, string path, bool isOurs) =>
        Assert.Equal(isOurs ? UpgradeKind.Accepted : UpgradeKind.Other, Read(Head(path), prefix).Kind);

    [Fact]
    public void Two_origins_are_not_one_of_them()
    {
        Assert.NotEqual("https://good.example", Read(Head("/app/k", "Origin: https://evil.example", "Origin: https://good.example")).Request.Origin);
    }

    [Fact]
    public void Forwarded_addresses_of_several_headers_stand_in_order() =>
        Assert.Equal("1.1.1.1, 2.2.2.2, 3.3.3.3", Read(Head("/app/k", "X-Forwarded-For: 1.1.1.1, 2.2.2.2", "X-Forwarded-For: 3.3.3.3")).Request.ForwardedFor);

    [Fact]
    public void The_answer_is_a_whole_101()
    {
        var answer = Encoding.ASCII.GetString(Read(Head("/app/k")).Request.AcceptResponse());

        Assert.StartsWith("HTTP/1.1 101 Switching Protocols\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
    }

    private static (UpgradeKind Kind, UpgradeRequest Request, int Consumed) Read(string head, string prefix = "", string behind = "")
    {
        var kind = UpgradeRequest.TryRead(Encoding.Latin1.GetBytes(head + behind), prefix, out var request, out var consumed);
        return (kind, request, consumed);
    }

    private static string Head(string target, params string[] headers) => Lines(
    [
        $"GET {target} HTTP/1.1", "Host: localhost", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", $"Sec-WebSocket-Key: {Key}", .. headers,
    ]);

    private static string Lines(params string[] lines) => string.Join("\r\n", lines) + "\r\n\r\n";
}
