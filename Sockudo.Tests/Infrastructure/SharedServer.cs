[assembly: Xunit.AssemblyFixture(typeof(Sockudo.Tests.Infrastructure.SharedServer))]

namespace Sockudo.Tests.Infrastructure;

/// <summary>
/// One server for all tests that change no setting of it, with <see cref="TestApps.All"/>. It starts with the first test that
/// asks, so that a run of unit tests starts none. Tests share it at the same time: each uses channel names of its own.
/// </summary>
public sealed class SharedServer : IAsyncDisposable
{
    private readonly Lazy<Task<SockudoServer>> _server = new(() => SockudoServer.StartAsync());

    public Task<SockudoServer> StartedAsync() => _server.Value;

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated && _server.Value.IsCompletedSuccessfully)
            await (await _server.Value).DisposeAsync();
    }
}
