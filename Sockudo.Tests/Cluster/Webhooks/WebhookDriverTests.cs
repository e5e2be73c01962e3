using System.Globalization;
using System.Text.Json.Nodes;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;
using Xunit;
using static Sockudo.Tests.Integration.Webhooks.WebhookApps;

namespace Sockudo.Tests.Cluster.Webhooks;

/// <summary>Each driver as an operator configures it, from the server's file to a delivered webhook.</summary>
public sealed class WebhookDriverTests
{
    [Fact]
    public async Task Over_Redis_by_its_URL()
    {
        await using var redis = new RedisServer();
        await redis.StartAsync();
        await DeliversAsync(setup => setup.Set("queue.driver", "redis").Set("queue.redis.url_override", string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{redis.Port}")));
    }

    [Fact]
    public async Task Over_a_Redis_Cluster_with_its_password()
    {
        await using var cluster = new RedisClusterSet();
        await cluster.StartAsync();
        await DeliversAsync(setup => setup.Set("queue.driver", "redis-cluster")
            .Set("queue.redis_cluster.nodes", new JsonArray(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{cluster.Servers[0].Port}")))
            .Set("database.redis.cluster.password", RedisClusterSet.Password));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Over_SQS_whose_queue_is_made_when_it_is_missing(bool fifo)
    {
        await using var sqs = new FauxSqs();
        await sqs.StartAsync();
        await DeliversAsync(setup =>
        {
            setup.Set("queue.driver", "sqs").Set("queue.sqs.endpoint_url", sqs.Url).Set("queue.sqs.fifo", fifo).Set("queue.sqs.wait_time_seconds", 1);
            foreach (var (name, value) in FauxSqs.Credentials) setup.Environment[name] = value;
        });
    }

    [Fact]
    public async Task A_request_that_failed_goes_on_after_a_restart_with_its_id_and_higher_attempts()
    {
        await using var redis = new RedisServer();
        await redis.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerWith(503);
        var app = App("shop", Entry(receiver.Url(), "channel_occupied"));
        ServerSetup WithRedis() => Setup(app).Set("queue.driver", "redis").Set("database.redis.port", redis.Port);
        await using (var before = await SockudoServer.StartAsync(WithRedis()))
        {
            await using var ada = await before.ConnectAsync(app);
            await ada.SubscribeAsync("orders");
            await Eventually.TrueAsync(() => Task.FromResult(receiver.Requests.All.Any(request => request.Attempt == 3)), "three attempts", state: () => before.Log);
            await before.StopAsync();
        }

        var made = receiver.Requests.All.Count;
        await using var after = await SockudoServer.StartAsync(WithRedis());
        await Eventually.TrueAsync(() => Task.FromResult(receiver.Requests.All.Count > made), "a further attempt", TimeSpan.FromSeconds(30), () => after.Log);
        receiver.Answer = null;
        await Eventually.TrueAsync(() => Task.FromResult(receiver.AcceptedBriefs() is ["channel_occupied orders"]), "the webhook", TimeSpan.FromSeconds(30), () => after.Log);
        var requests = receiver.Requests.All;
        Assert.Single(requests.Select(request => (request.EventId, request.Body)).Distinct());
        Assert.Equal(requests.Select(request => request.Attempt).Order(), requests.Select(request => request.Attempt));
        Assert.True(requests[made].Attempt > requests[made - 1].Attempt, string.Join(", ", requests.Select(request => request.Attempt)));
    }

    [Fact]
    public async Task With_none_nothing_is_delivered_and_dead_letters_are_refused()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var app = App("shop", Entry(receiver.Url(), "channel_occupied"));
        await using var server = await SockudoServer.StartAsync(Setup(app).Set("queue.driver", "none"));
        await using var ada = await server.ConnectAsync(app);
        await ada.SubscribeAsync("orders");
        Assert.Contains("webhooks_off", (await server.Api(app).GetAsync("/webhooks/dead_letters")).Body, StringComparison.Ordinal);
        await server.StopAsync();
        Assert.Empty(receiver.Requests.All);
        Assert.Contains("not delivered: queue.driver is none", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Redis_Cluster_without_a_node_stops_the_start()
    {
        await using var server = SockudoServer.Launch(Setup(App("shop")).Set("queue.driver", "redis-cluster"));
        Assert.Equal(1, await server.Exited.WithinAsync("the end of the server", Deadline.ProcessStart));
        Assert.Contains("queue.redis_cluster: ", server.Log, StringComparison.Ordinal);
    }

    private static async Task DeliversAsync(Action<ServerSetup> configure)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var app = App("shop", Entry(receiver.Url(), "channel_occupied"));
        var setup = Setup(app);
        configure(setup);
        await using var server = await SockudoServer.StartAsync(setup);
        await using var ada = await server.ConnectAsync(app);
        for (var i = 0; i < 20; i++) await ada.SubscribeAsync($"orders-{i}");
        await Eventually.TrueAsync(() => Task.FromResult(receiver.AcceptedBriefs().Count == 20), "20 webhooks", TimeSpan.FromSeconds(30), () => $"{receiver.AcceptedBriefs().Count}\n{server.Log}");
        Assert.All(receiver.Requests.All, request => Assert.True(request.IsSignedBy(app)));
        await server.StopAsync();
        Assert.Equal(0, await server.Exited);
        Assert.DoesNotContain("lost", server.Log, StringComparison.Ordinal);
    }
}
