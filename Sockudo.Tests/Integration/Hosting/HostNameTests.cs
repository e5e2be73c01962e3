using System.Net;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Hosting;

/// <summary>Listening on a name.</summary>
public sealed class HostNameTests
{
    [Fact]
    public async Task A_server_told_to_listen_on_localhost_answers_there_on_both_listeners()
    {
        await using var server = await SockudoServer.StartAsync(new ServerSetup { Apps = [TestApps.Demo] }.Set("host", "localhost").Set("metrics.host", "localhost"));
        foreach (var port in new[] { server.Port, server.MetricsUri.Port })
        {
            using var answer = await server.Http.GetAsync(new Uri($"http://localhost:{port}/ready"), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.DoesNotContain("cannot be resolved", server.Log, StringComparison.Ordinal);
    }
}
