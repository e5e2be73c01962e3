using System.Net.Sockets;
using System.Text;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Http;

/// <summary>Probes as balancers and monitors send them, old-fashioned ones included.</summary>
public sealed class ProbeTests(SharedServer server)
{
    [Theory]
    [InlineData("/ready")]
    [InlineData("/live")]
    [InlineData("/up")]
    [InlineData("/up/demo")]
    [InlineData("/up/none")]
    [InlineData("/")]
    [InlineData("/nothing")]
    public async Task HEAD_has_the_status_of_GET_and_no_body(string path)
    {
        var head = await AskAsync($"HEAD {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        var get = await AskAsync($"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        Assert.Equal(get[..12], head[..12]);
        Assert.EndsWith("\r\n\r\n", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_one_connection_HEAD_GET_and_HEAD_stay_in_step()
    {
        var answers = await AskAsync("HEAD /ready HTTP/1.1\r\nHost: a\r\n\r\nGET /live HTTP/1.1\r\nHost: a\r\n\r\nHEAD /up/demo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        Assert.Equal((4, 1), (answers.Split("HTTP/1.1 200").Length, answers.Split("\r\n\r\nOK").Length - 1));
    }

    [Theory]
    [InlineData("HEAD /ready HTTP/1.0\r\n\r\n")]
    [InlineData("GET /ready HTTP/1.0\r\n\r\n")]
    [InlineData("HEAD /up/demo HTTP/1.0\r\n\r\n")]
    public async Task A_probe_of_HTTP_1_0_without_a_host_is_served(string request) =>
        Assert.StartsWith("HTTP/1.1 200 ", await AskAsync(request), StringComparison.Ordinal);

    [Theory]
    [InlineData("OPTIONS / HTTP/1.0\r\n\r\n")]
    [InlineData("OPTIONS /ready HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")]
    public async Task A_probe_by_OPTIONS_is_answered_without_an_error_of_the_server(string request) =>
        Assert.Matches("^HTTP/1\\.1 [24]", await AskAsync(request));

    private async Task<string> AskAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", (await server.StartedAsync()).Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using var deadline = Deadline.Source();
        return await new StreamReader(stream, Encoding.Latin1).ReadToEndAsync(deadline.Token);
    }
}
