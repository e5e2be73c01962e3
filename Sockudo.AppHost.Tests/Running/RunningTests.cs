using System.Globalization;
using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.AppHost.Tests.Running;

/// <summary>What a developer gets from one <c>dotnet run</c>, on one kind of broker. One application serves a class' tests, one after another.</summary>
public abstract class RunningTests(RunningCluster cluster, ITestOutputHelper output) : IAsyncDisposable
{
    private readonly List<PusherConnection> _clients = [];

    private RunningApplication Application => cluster.Application;

    [Fact]
    public void Every_resource_is_healthy()
    {
        Assert.Equal(3, Application.Replicas.Count);
        Assert.All(Application.Replicas, replica => Assert.True(Application.IsHealthy(replica.Id), replica.Id));
        Assert.All(cluster.Brokers, broker => Assert.All(Application.IdsOf(broker), id => Assert.True(Application.IsHealthy(id), id)));
    }

    [Fact]
    public async Task Clients_of_the_public_port_land_on_every_replica()
    {
        // Those of the test before may still be leaving.
        await Eventually.EqualAsync(0, async () => (await CountAsync()).Sum(), "the number of clients before the test");

        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => ConnectAsync(Application.PublicUri)));

        var counts = await CountAsync();
        output.WriteLine($"30 clients on three replicas: {string.Join(" + ", counts)}");

        Assert.Equal(30, counts.Sum());
        Assert.All(counts, static count => Assert.NotEqual(0, count));
    }

    [Fact]
    public async Task A_publish_by_Pushers_SDK_reaches_the_clients_of_every_replica()
    {
        var clients = await Task.WhenAll(Application.Replicas.Select(replica => ConnectAsync(replica.HttpUri)));
        foreach (var client in clients) await client.SubscribeAsync("orders");

        var sdk = await NodeScript.StartAsync("node-clients.mjs");
        await using var _ = sdk;
        await sdk.CallAsync("sdk.trigger", new JsonObject
        {
            ["app"] = new JsonObject
            {
                ["app_id"] = RunningApplication.App.Id,
                ["app_key"] = RunningApplication.App.Key,
                ["app_secret"] = RunningApplication.App.Secret,
                ["port"] = Application.PublicUri.Port,
            },
            ["call"] = new JsonArray("orders", "placed", new JsonObject { ["id"] = 7 }),
        });

        foreach (var client in clients) Assert.Equal(7, (int)(await client.WaitForAsync("placed", "orders")).DataJson!["id"]!);
    }

    [Fact]
    public async Task Members_and_counts_are_the_same_on_every_replica()
    {
        var clients = await Task.WhenAll(Application.Replicas.Select(replica => ConnectAsync(replica.HttpUri)));
        for (var i = 0; i < clients.Length; i++) await clients[i].JoinAsync("presence-room", string.Create(CultureInfo.InvariantCulture, $"user-{i}"));

        foreach (var replica in Application.Replicas)
        {
            using var http = new HttpClient { BaseAddress = replica.HttpUri };
            await Eventually.EqualAsync("3 3", async () =>
            {
                var answer = await new PusherHttp(http, RunningApplication.App).GetAsync("/channels/presence-room", ("info", "user_count,subscription_count"));
                var json = JsonNode.Parse(answer.Body)!;
                return $"{json["user_count"]} {json["subscription_count"]}";
            }, $"members and subscriptions as {replica.Id} counts them");
        }

    }

    [Fact]
    public async Task A_replica_that_is_stopped_and_started_costs_the_clients_of_others_nothing()
    {
        var stopped = Application.Replicas[2];
        await using var audit = await EventAudit.StartAsync(Application.Replicas[0].HttpUri, [Application.Replicas[0].HttpUri, Application.Replicas[1].HttpUri]);
        var own = await ConnectAsync(stopped.HttpUri);

        await Application.CommandAsync(stopped.Id, KnownResourceCommands.StopCommand);
        var close = await own.ClosedAsync(Deadline.ProcessStart);
        await Application.StateAsync(stopped.Id, static state => state is not "Running", "the stop");
        await Eventually.ResultAsync(() => ConnectAsync(Application.PublicUri), "a new connection by the public port");
        await Application.CommandAsync(stopped.Id, KnownResourceCommands.StartCommand);
        await Application.ReadyAsync();

        output.WriteLine($"its own client got {close.Code}; the others {await audit.EndAsync()}");
        Assert.Equal(4200, close.Code);
    }

    [Fact]
    public async Task A_broker_that_is_killed_and_started_again_loses_and_doubles_nothing()
    {
        await using var audit = await EventAudit.StartAsync(Application.Replicas[0].HttpUri, [.. Application.Replicas.Select(static replica => replica.HttpUri)]);
        var broker = Application.IdsOf(cluster.Victim).Single();

        using (var process = System.Diagnostics.Process.GetProcessById(Application.ProcessOf(broker))) process.Kill();
        await Application.StateAsync(broker, static state => state is not "Running", "the death");
        await Application.StateAsync(Application.Replicas[0].Id, _ => !Application.IsHealthy(Application.Replicas[0].Id), "red health without a broker");
        await Application.CommandAsync(broker, KnownResourceCommands.StartCommand);
        await Application.ReadyAsync();

        output.WriteLine($"while the broker was killed and started: {await audit.EndAsync()}");
    }

    [Fact]
    public async Task Logs_metrics_and_traces_of_every_replica_arrive()
    {
        var clients = await Task.WhenAll(Application.Replicas.Select(replica => ConnectAsync(replica.HttpUri)));
        foreach (var client in clients) await client.SubscribeAsync("traced");
        using var http = new HttpClient { BaseAddress = Application.PublicUri };
        var published = await new PusherHttp(http, RunningApplication.App).PublishAsync("traced", "step", "{}");
        Assert.Equal(System.Net.HttpStatusCode.OK, published.Status);

        var instances = Application.Replicas.Select(static replica => replica.Instance).ToHashSet();
        await Application.Telemetry.UntilAsync(
            spans => spans.GroupBy(static span => span.TraceId)
                .Any(trace => instances.SetEquals(trace.Where(static span => span.Name == "deliver").Select(static span => span.Node))),
            "one trace with a delivery by each replica");
        output.WriteLine("one publish is one trace with deliveries by all three replicas");
        await Eventually.TrueAsync(
            () => instances.All(instance => Application.Telemetry.MetricsOf(instance).Contains("sockudo.connected") && Application.Telemetry.LogsOf(instance) > 0),
            "logs and metrics of each replica", Deadline.ProcessStart);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) await client.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private Task<int[]> CountAsync() => Task.WhenAll(Application.Replicas.Select(static replica => replica.ConnectionsAsync()));

    private async Task<PusherConnection> ConnectAsync(Uri server)
    {
        var client = await PusherConnection.EstablishAsync(server, RunningApplication.App);
        lock (_clients) _clients.Add(client);
        return client;
    }
}
