using System.Net.Sockets;
using System.Text;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Http;

/// <summary>Clients that go away in the middle of a request: it is their affair, and no operator is called for it.</summary>
public sealed class AbandonedRequestTests
{
    private const int Requests = 30;

    [Fact]
    public async Task A_client_that_resets_while_its_body_is_read_leaves_nothing_in_the_log()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("descriptors are counted in /proc");
        await using var server = await SockudoServer.StartAsync(new ServerSetup { Apps = [TestApps.Demo] });
        await server.Api(TestApps.Demo).GetAsync("/channels");
        var before = Sockets(server);
        for (var i = 0; i < Requests; i++) await AbandonAsync(server);
        await server.Api(TestApps.Demo).GetAsync("/channels");
        await Eventually.TrueAsync(() => Sockets(server) <= before, "the connections end", state: () => $"{Sockets(server)} of {before}");

        Assert.DoesNotContain("fail: ", server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("warn: ", server.Log, StringComparison.Ordinal);
    }

    /// <summary>A rightly signed request of whose body a part comes once the server asks for it, then a reset.</summary>
    private static async Task AbandonAsync(SockudoServer server)
    {
        var body = new string('x', 50_000);
        var signed = new SignedRequest(TestApps.Demo, HttpMethod.Post, $"/apps/{TestApps.Demo.Id}/events", body);
        signed.Sign(TimeProvider.System.GetUtcNow());
        using var message = signed.ToMessage();
        var head = $"POST {message.RequestUri!.OriginalString} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {body.Length}\r\nExpect: 100-continue\r\n\r\n";
        using var client = new TcpClient { LingerState = new LingerOption(true, 0) };
        await client.ConnectAsync("127.0.0.1", server.Port, TestContext.Current.CancellationToken);
        using var deadline = Deadline.Source();
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), deadline.Token);
        using var answer = new StreamReader(client.GetStream(), leaveOpen: true);
        Assert.Equal("HTTP/1.1 100 Continue", await answer.ReadLineAsync(deadline.Token));
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(body[..100]), deadline.Token);
    }

    private static int Sockets(SockudoServer server) => Directory.GetFileSystemEntries($"/proc/{server.ProcessId}/fd")
        .Count(static entry => new FileInfo(entry).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);
}
