using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Conformance;

/// <summary>What a new user sees first: the built-in page of the Development profile, with no configuration at all.</summary>
public sealed class DemoPageTests(RealClients clients)
{
    [Fact]
    public async Task The_button_sends_an_event_that_the_page_shows()
    {
        await using var server = await SockudoServer.StartAsync(new ServerSetup { Apps = [], HostEnvironment = "Development" });
        var chromium = await clients.OfAsync(ClientHost.Chromium);
        await CallAsync("visit.open", ("url", server.HttpUri.ToString()));
        await CallAsync("visit.see", ("selector", "#state"), ("text", "connected"));
        await CallAsync("visit.press", ("button", "Send event"));
        await CallAsync("visit.see", ("selector", "#events li"), ("text", "Hello"));
        await CallAsync("visit.close");

        Task CallAsync(string command, params (string Name, string Value)[] arguments)
        {
            var json = new JsonObject { ["client"] = "visitor" };
            foreach (var (name, value) in arguments)
                json[name] = value;
            return chromium.CallAsync(command, json);
        }
    }

    [Fact]
    public async Task In_production_there_is_no_page()
    {
        await using var server = await SockudoServer.StartAsync();
        using var answer = await server.Http.GetAsync(server.HttpUri, TestContext.Current.CancellationToken);
        Assert.Equal(404, (int)answer.StatusCode);
    }
}
