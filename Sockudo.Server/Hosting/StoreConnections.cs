using Sockudo.Server.Caching;
using Sockudo.Server.Queueing;
using Sockudo.Server.RateLimiting;
using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Hosting;

/// <summary>
/// Gives the connections of cache, queue and limits a moment before the server listens, so that its first clients are not judged by a
/// store that is about to be there. A Redis that is away delays the start by no more than that.
/// </summary>
internal sealed class StoreConnections(IServiceProvider services, TimeProvider time) : IHostedLifecycleService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        // Their making opens the links.
        _ = services.GetService<ICache>();
        _ = services.GetService<IHitWindows>();
        _ = services.GetService<IJobQueue>();
        if (services.GetService<RedisLinks>() is not { } links) return;
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await links.WhenConnectedAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The link says that it cannot connect, and goes on trying.
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
