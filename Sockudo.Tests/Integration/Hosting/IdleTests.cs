using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Hosting;

/// <summary>What the server says by itself.</summary>
public sealed class IdleTests(ITestOutputHelper output)
{
    private static readonly string[] BannerLines = ["Sockudo for .NET ", "Listening on ", "Connections by configuration ", "Warning: "];

    [Fact]
    public async Task An_idle_server_logs_nothing()
    {
        await using var server = await SockudoServer.StartAsync();
        await using (var client = await server.ConnectAsync(TestApps.Demo))
        {
            await client.SubscribeAsync("orders");
            await server.Api(TestApps.Demo).PublishAsync("orders", "placed", "1");
            await client.WaitForAsync("placed");
        }

        await server.StopAsync();
        var lines = server.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        output.WriteLine($"{lines.Length} lines from start to stop");
        Assert.All(lines, line => Assert.True(IsBanner(line), line));
    }

    private static bool IsBanner(string line) =>
        Array.Exists(BannerLines, begin => line.StartsWith(begin, StringComparison.Ordinal)) || line.Contains(" apps: ", StringComparison.Ordinal) || line.Contains(" app: ", StringComparison.Ordinal)
        || line.Contains("Draining: ", StringComparison.Ordinal); // the stop's own line, when a socket is still closing
}
