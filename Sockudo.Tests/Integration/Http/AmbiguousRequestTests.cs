using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Http;

/// <summary>
/// Requests that two servers may read in two ways, which is how a second request is smuggled past a proxy: each is refused and ends its
/// connection, whatever stands behind it. As the first request of a connection it comes to the WebSocket door, as a later one to Kestrel:
/// one table for both.
/// </summary>
public sealed partial class AmbiguousRequestTests(SharedServer server)
{
    // A masked close frame (1000), so that a socket that was accepted ends.
    private const string HangUp = "\u0088\u0082\0\0\0\0\u0003\u00e8";
    private const string Smuggled = "GET /up HTTP/1.1\r\nHost: smuggled\r\n\r\n";
    private const string Last = "GET /up HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    private const string Upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    private const string Head = "GET /app/app-key?protocol=7 HTTP/1.1\r\nHost: x\r\n" + Upgrade;

    /// <summary>What is a 400 at either door.</summary>
    public static TheoryData<string> Ambiguous { get; } =
    [
        "GET /up HTTP/1.1\nHost: x\n\n",
        "GET /up HTTP/1.1\r\nHost: x\nA: b\r\n\r\n",
        "GET /up HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
        "GET /up HTTP/1.1\r\nHost: x\r\nContent-Length : 0\r\n\r\n",
        "GET /up HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "POST /up HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 40\r\n\r\n",
        "POST /up HTTP/1.1\r\nHost: x\r\nContent-Length: 0, 40\r\n\r\n",
        "POST /up HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST /up HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        Head + "Content-Length: 40\r\n\r\n",
        Head + "Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
        Head + "Content-Length: -1\r\n\r\n",
        Head + "Transfer-Encoding: chunked\r\n\r\n",
        Head + "Transfer-Encoding : chunked\r\n\r\n",
        Head + "Two Words: 1\r\n\r\n",
        Head + "A: b\r\n folded\r\n\r\n",
        Head + "A: b\r\n\tfolded\r\n\r\n",
        Head + "No colon\r\n\r\n",
        Head + ": no name\r\n\r\n",
        Head + "A: b\rc\r\n\r\n",
        Head + "A: b\nC: d\r\n\r\n",
        Head + "A: b\0c\r\n\r\n",
        Head + "A: \u00ff\r\n\r\n",
        Head + "A\u00e9: b\r\n\r\n",
        Head + "Host: y\r\n\r\n",
        "GET /app/app-key HTTP/1.1\r\n" + Upgrade + "\r\n",
        "GET /app/app-key HTTP/1.1\r\nHost: a b\r\n" + Upgrade + "\r\n",
        "GET /app/app-key HTTP/1.1\r\nHost: a, b\r\n" + Upgrade + "\r\n",
        "GET /app/app-key HTTP/1.1\r\nHost: user@a\r\n" + Upgrade + "\r\n",
        "GET /app/app-key HTTP/1.1\r\nHost: http://a\r\n" + Upgrade + "\r\n",
        "GET /app/app-key HTTP/1.1\r\nHost: a:\r\n" + Upgrade + "\r\n",
        "GET /app/app-key HTTP/1.1\r\nHost: a:port\r\n" + Upgrade + "\r\n",
        "GET /app/app-key HTTP/1.1\r\nHost: a:1:2\r\n" + Upgrade + "\r\n",
        "GET /app/app-key HTTP/1.1\r\nHost: [::1\r\n" + Upgrade + "\r\n",
        "GET /app/app-key HTTP/1.1\r\nHost: []\r\n" + Upgrade + "\r\n",
        "GET /app/app-key HTTP/1.1\r\nHost: a/b\r\n" + Upgrade + "\r\n",
        "GET /app/app-key?x=\nHost:evil HTTP/1.1\r\nHost: x\r\n" + Upgrade + "\r\n",
        "GET /app/app-key?x=\rHost:evil HTTP/1.1\r\nHost: x\r\n" + Upgrade + "\r\n",
        "GET /app/app-key?x=\0 HTTP/1.1\r\nHost: x\r\n" + Upgrade + "\r\n",
        "GET /app/app-key?x=\u00ff HTTP/1.1\r\nHost: x\r\n" + Upgrade + "\r\n",
        "GET /app/app-key%00 HTTP/1.1\r\nHost: x\r\n" + Upgrade + "\r\n",
        "GET /app/app-key HTTP/1.1 \r\nHost: x\r\n" + Upgrade + "\r\n",
        "GET /app/app-key\tHTTP/1.1\r\nHost: x\r\n" + Upgrade + "\r\n",
        "GET http://other/app/app-key HTTP/1.1\r\nHost: x\r\n" + Upgrade + "\r\n",
        "GE\u00ff /app/app-key HTTP/1.1\r\nHost: x\r\n" + Upgrade + "\r\n",
        "GET(T) /app/app-key HTTP/1.1\r\nHost: x\r\n" + Upgrade + "\r\n",
    ];

    /// <summary>What is refused at either door, with a status of its own.</summary>
    public static TheoryData<string> Refused { get; } =
    [
        "GET /app/app-key HTTP/1.0\r\nHost: x\r\n" + Upgrade + "\r\n",
        "GET /app/app-key HTTP/1.2\r\nHost: x\r\n" + Upgrade + "\r\n",
        "GET /app/app-key HTTP/2.0\r\nHost: x\r\n" + Upgrade + "\r\n",
        "GET /app/app-key http/1.1\r\nHost: x\r\n" + Upgrade + "\r\n",
        "GET /app/app-key HTTP/1.1.1\r\nHost: x\r\n" + Upgrade + "\r\n",
        "POST /app/app-key HTTP/1.1\r\nHost: x\r\n" + Upgrade + "\r\n",
        "GET * HTTP/1.1\r\nHost: x\r\n" + Upgrade + "\r\n",
        "GET app/app-key HTTP/1.1\r\nHost: x\r\n" + Upgrade + "\r\n",
        "CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n" + Upgrade + "\r\n",
        "GET /app/app-key?" + new string('x', 8 * 1024) + " HTTP/1.1\r\nHost: x\r\n" + Upgrade + "\r\n",
        Head + string.Concat(Enumerable.Repeat("A: b\r\n", 100)) + "\r\n",
    ];

    [Theory]
    [MemberData(nameof(Ambiguous))]
    public async Task It_is_a_400_and_the_last_of_its_connection(string request)
    {
        var atTheDoor = await ExchangeAsync(request + Smuggled);
        var atKestrel = await ExchangeAsync(Smuggled + request + Smuggled);
        var (first, later) = (Statuses(atTheDoor), Statuses(atKestrel));

        Assert.Equal("400", string.Join(' ', first));
        Assert.Equal("200 400", string.Join(' ', later));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task It_is_refused_at_both_doors(string request)
    {
        var atTheDoor = Statuses(await ExchangeAsync(request + Last));
        var atKestrel = Statuses(await ExchangeAsync(Smuggled + request + Last));

        Assert.InRange(atTheDoor[0], 400, 599);
        Assert.InRange(atKestrel[1], 400, 599);
    }

    [Theory]
    [InlineData("GET /app/app-{0}key HTTP/1.1\r\nHost: x\r\n")]
    [InlineData("GET /app/app-key?x={0} HTTP/1.1\r\nHost: x\r\n")]
    [InlineData("GET /app/app-key HTTP/1.1\r\nHost: x{0}\r\n")]
    [InlineData("GET /app/app-key HTTP/1.1\r\nHost: x\r\nA: b{0}c\r\n")]
    [InlineData("GET /app/app-key HTTP/1.1\r\nHost: x\r\nA{0}: b\r\n")]
    [InlineData("GET /app/app-key HTTP/1.{0}\r\nHost: x\r\n")]
    [InlineData("GET{0} /app/app-key HTTP/1.1\r\nHost: x\r\n")]
    public async Task No_byte_that_Kestrel_refuses_is_accepted_at_the_door(string head)
    {
        List<string> looser = [];
        for (var value = 0; value < 256; value++)
        {
            var request = head.Replace("{0}", $"{(char)value}", StringComparison.Ordinal) + Upgrade + "\r\n" + HangUp;
            var atTheDoor = Statuses(await ExchangeAsync(request)).FirstOrDefault();
            if (atTheDoor != 101) continue;

            // A 404 is no refusal: the path is well formed and nobody's, which a socket is told with 4001.
            var atKestrel = Statuses(await ExchangeAsync(Smuggled + request));
            if (!atKestrel.Contains(101) && !atKestrel.Contains(404)) looser.Add($"0x{value:X2}");
        }

        Assert.Empty(looser);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("ws.example.com:6001")]
    [InlineData("127.0.0.1:6001")]
    [InlineData("[::1]")]
    [InlineData("[::1]:6001")]
    [InlineData("under_score.example")]
    public async Task An_ordinary_host_is_served_at_both_doors(string host)
    {
        var request = $"GET /app/app-key HTTP/1.1\r\nHost: {host}\r\n{Upgrade}\r\n{HangUp}";

        Assert.Equal("101", string.Join(' ', Statuses(await ExchangeAsync(request))));
        Assert.Equal("200 101", string.Join(' ', Statuses(await ExchangeAsync(Smuggled + request))));
    }

    [Fact]
    public async Task A_length_beside_chunks_is_not_believed_and_nothing_behind_is_answered()
    {
        var answer = await ExchangeAsync("POST /apps/x/events?a=b HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + Smuggled);

        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP/1.1 ", answer[5..], StringComparison.Ordinal);
    }

    private static int[] Statuses(string answers) => [.. Status().Matches(answers).Select(static match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];

    private async Task<string> ExchangeAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", (await server.StartedAsync()).Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        using var deadline = Deadline.Source();
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer, deadline.Token) is > 0 and var length) answer.Append(Encoding.Latin1.GetString(buffer, 0, length));
        }
        catch (IOException)
        {
            // Cut off with bytes of ours unread.
        }

        return answer.ToString();
    }

    [GeneratedRegex(@"HTTP/1\.1 (\d{3}) ")]
    private static partial Regex Status();
}
