using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Cluster.Brokers;

/// <summary>Three NATS servers that route to one another.</summary>
internal sealed class NatsClusterSet : IAsyncDisposable
{
    public const string Token = "t0ken-of-all-servers";

    private readonly List<NatsServer> _servers = [];

    /// <param name="isProxied">Whether a proxy stands before every server; the routes between them have none.</param>
    public NatsClusterSet(bool isProxied = false)
    {
        int[] routes = [FreePorts.Next(), FreePorts.Next(), FreePorts.Next()];
        var known = string.Join(", ", routes.Select(static port => $"\"nats://127.0.0.1:{port}\""));
        foreach (var route in routes)
        {
            _servers.Add(new NatsServer(_ => $$"""
                authorization { token: "{{Token}}" }
                cluster { name: "test", listen: "127.0.0.1:{{route}}", routes: [ {{known}} ] }
                """, isProxied: isProxied));
        }
    }

    public IReadOnlyList<NatsServer> Servers => _servers;

    public async Task StartAsync()
    {
        var routed = _servers.Where(static server => !server.Process.IsRunning)
            .Select(static server => server.Process.SeenAgainAsync("Route connection created")).ToList();
        await Task.WhenAll(_servers.Where(static server => !server.Process.IsRunning).Select(static server => server.StartAsync()));
        await Task.WhenAll(routed);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }
}
