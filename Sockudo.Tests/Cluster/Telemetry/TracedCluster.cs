using System.Globalization;
using System.Text.Json.Nodes;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Telemetry;

/// <summary>
/// Three server processes on one real broker, exporting to a receiver of the test. Their names are node-1, node-2 and node-3. Shared by
/// a class's tests, which therefore look at their own traces only.
/// </summary>
public abstract class TracedCluster(string driver) : IAsyncLifetime
{
    private IAsyncDisposable? _broker;
    private OtlpReceiver? _receiver;

    internal static TestApp App { get; } = new("traced") { Settings = new Dictionary<string, object> { ["enable_user_authentication"] = true } };

    internal OtlpReceiver Receiver => _receiver!;

    internal SockudoServer[] Nodes { get; private set; } = [];

    /// <summary>The three processes' logs.</summary>
    internal string Logs => string.Join("\n\n", Nodes.Select(static node => node.Log));

    public async ValueTask InitializeAsync()
    {
        var (broker, configure) = await StartBrokerAsync();
        _broker = broker;
        _receiver = await OtlpReceiver.StartAsync();
        Nodes = await Task.WhenAll(Enumerable.Range(1, 3).Select(number =>
        {
            var setup = new ServerSetup { Apps = [App] }
                .Set("adapter.driver", driver)
                .Set("instance.process_id", string.Create(CultureInfo.InvariantCulture, $"node-{number}"));
            configure(setup);
            _receiver.Configure(setup);
            return SockudoServer.StartAsync(setup);
        }));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes) await node.DisposeAsync();
        if (_receiver is not null) await _receiver.DisposeAsync();
        if (_broker is not null) await _broker.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected abstract Task<(IAsyncDisposable Broker, Action<ServerSetup> Configure)> StartBrokerAsync();
}

public sealed class RedisTracedCluster() : TracedCluster("redis")
{
    private protected override async Task<(IAsyncDisposable Broker, Action<ServerSetup> Configure)> StartBrokerAsync()
    {
        var redis = new RedisServer();
        await redis.StartAsync();
        return (redis, setup => setup.Set("database.redis.host", "127.0.0.1").Set("database.redis.port", redis.Port));
    }
}

public sealed class NatsTracedCluster() : TracedCluster("nats")
{
    private protected override async Task<(IAsyncDisposable Broker, Action<ServerSetup> Configure)> StartBrokerAsync()
    {
        var nats = new NatsServer();
        await nats.StartAsync();
        var url = string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{nats.Port}");
        return (nats, setup => setup.Set("adapter.nats.servers", new JsonArray(JsonValue.Create(url))));
    }
}
