using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Sockudo.Tests.Infrastructure;
using Sockudo.Tests.Samples;
using Xunit;
using static Sockudo.Tests.Integration.Webhooks.WebhookApps;

namespace Sockudo.Tests.Integration.Webhooks;

/// <summary>The receivers that docs/webhooks.md shows receive.</summary>
public sealed class WebhookSampleTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(RepositoryLayout.Root, "docs/webhooks.md"));

    [Fact]
    public void The_receiver_in_CSharp_that_the_page_shows_is_the_one_that_is_compiled()
    {
        var sample = File.ReadAllText(Path.Combine(RepositoryLayout.Root, "Sockudo.Tests/Samples/SockudoWebhooks.cs"));
        var begin = sample.IndexOf("// <webhooks>\n", StringComparison.Ordinal) + "// <webhooks>\n".Length;
        Assert.Contains(sample[begin..sample.IndexOf("// </webhooks>", StringComparison.Ordinal)].Trim(), Page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_receiver_in_Node_that_the_page_shows_is_the_one_that_is_run() =>
        Assert.Contains(File.ReadAllText(Path.Combine(RepositoryLayout.Clients, "webhook-receiver.mjs")).Trim(), Page, StringComparison.Ordinal);

    [Fact]
    public async Task The_receiver_in_CSharp_takes_what_is_signed_and_refuses_the_rest()
    {
        var port = FreePorts.Next();
        var received = new EventLog<string>("the sample");
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        await using var application = builder.Build();
        application.MapSockudoWebhooks("/hooks", "shop-key", "shop-secret", item =>
        {
            received.Add($"{item.GetProperty("name").GetString()} {item.GetProperty("channel").GetString()}");
            return Task.CompletedTask;
        });
        await application.StartAsync(TestContext.Current.CancellationToken);
        await TellsAsync(port, received);
    }

    [Fact]
    public async Task The_receiver_in_Node_takes_what_is_signed_and_refuses_the_rest()
    {
        var port = FreePorts.Next();
        var received = new EventLog<string>("the sample");
        var environment = new Dictionary<string, string>
        {
            ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["SOCKUDO_KEY"] = "shop-key",
            ["SOCKUDO_SECRET"] = "shop-secret",
        };
        await using var node = ChildProcess.Start("node", [Path.Combine(RepositoryLayout.Clients, "webhook-receiver.mjs")], RepositoryLayout.Clients, environment, received.Add);
        await received.FirstAsync(line => line == "listening", "the sample's start", Deadline.ProcessStart);
        await TellsAsync(port, received);
    }

    private static async Task TellsAsync(int port, EventLog<string> received)
    {
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/hooks");
        await using var server = await SockudoServer.StartAsync(Setup(App("shop", Entry(url, "channel_occupied"))));
        await using var ada = await server.ConnectAsync(new TestApp("shop"));
        await ada.SubscribeAsync("orders");
        await received.FirstAsync(line => line == "channel_occupied orders", "the webhook");

        using var http = new HttpClient();
        using var forged = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(JsonSerializer.Serialize(new { time_ms = 1, events = Array.Empty<string>() }), Encoding.UTF8, "application/json") };
        forged.Headers.Add("X-Pusher-Key", "shop-key");
        forged.Headers.Add("X-Pusher-Signature", new string('0', 64));
        using var answer = await http.SendAsync(forged, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }
}
