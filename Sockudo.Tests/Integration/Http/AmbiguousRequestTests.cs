using System.Net.Sockets;
using System.Text;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Http;

/// <summary>
/// Requests that two servers may read in two ways, which is how a second request is smuggled past a proxy: each is refused and ends its
/// connection, whatever stands behind it.
/// </summary>
public sealed class AmbiguousRequestTests(SharedServer server)
{
    private const string Smuggled = "GET /up HTTP/1.1\r\nHost: smuggled\r\n\r\n";
    private const string Upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    [Theory]
    [InlineData("GET /up HTTP/1.1\nHost: x\n\n")]
    [InlineData("GET /up HTTP/1.1\r\nHost: x\nA: b\r\n\r\n")]
    [InlineData("GET /up HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n")]
    [InlineData("GET /up HTTP/1.1\r\nHost: x\r\nContent-Length : 0\r\n\r\n")]
    [InlineData("GET /up HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n")]
    [InlineData("POST /up HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 40\r\n\r\n")]
    [InlineData("POST /up HTTP/1.1\r\nHost: x\r\nContent-Length: 0, 40\r\n\r\n")]
    [InlineData("POST /up HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST /up HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("GET /app/app-key HTTP/1.1\r\nHost: x\r\n" + Upgrade + "Content-Length: 40\r\n\r\n")]
    [InlineData("GET /app/app-key HTTP/1.1\r\nHost: x\r\n" + Upgrade + "Transfer-Encoding: chunked\r\n\r\n")]
    [InlineData("GET /app/app-key HTTP/1.1\r\nHost: x\r\n" + Upgrade + "Transfer-Encoding : chunked\r\n\r\n")]
    [InlineData("GET /app/app-key HTTP/1.1\r\nHost: x\r\n" + Upgrade + "Two Words: 1\r\n\r\n")]
    [InlineData("GET /app/app-key HTTP/1.1\r\nHost: x\r\nHost: y\r\n" + Upgrade + "\r\n")]
    public async Task It_is_a_400_and_the_last_of_its_connection(string request)
    {
        var answer = await ExchangeAsync(request + Smuggled);

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP/1.1 ", answer[5..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_length_beside_chunks_is_not_believed_and_nothing_behind_is_answered()
    {
        var answer = await ExchangeAsync("POST /apps/x/events?a=b HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + Smuggled);

        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP/1.1 ", answer[5..], StringComparison.Ordinal);
    }

    private async Task<string> ExchangeAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", (await server.StartedAsync()).Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using var deadline = Deadline.Source();
        return await new StreamReader(stream, Encoding.Latin1).ReadToEndAsync(deadline.Token);
    }
}
