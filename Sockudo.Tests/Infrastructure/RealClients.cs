[assembly: Xunit.AssemblyFixture(typeof(Sockudo.Tests.Infrastructure.RealClients))]

namespace Sockudo.Tests.Infrastructure;

/// <summary>The processes real clients run in, one of each kind for the whole run, started with the first test that asks.</summary>
public sealed class RealClients : IAsyncDisposable
{
    private readonly Lazy<Task<NodeScript>> _node = new(() => NodeScript.StartAsync("node-clients.mjs"));
    private readonly Lazy<Task<NodeScript>> _chromium = new(() => NodeScript.StartAsync("chromium-clients.mjs"));

    /// <summary>pusher-js and laravel-echo in a process of this kind; Node's also has the <c>pusher</c> SDK.</summary>
    public Task<NodeScript> OfAsync(ClientHost host) => host == ClientHost.Node ? _node.Value : _chromium.Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var script in new[] { _node, _chromium })
            if (script.IsValueCreated && script.Value.IsCompletedSuccessfully)
                await (await script.Value).DisposeAsync();
    }
}
