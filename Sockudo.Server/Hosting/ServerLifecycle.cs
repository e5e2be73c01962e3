using Microsoft.Extensions.Options;
using Sockudo.Server.Gateway;

namespace Sockudo.Server.Hosting;

/// <summary>
/// The server's beginning and end. It drains before Kestrel stops: Kestrel's own stop would refuse connects at once and then wait
/// for sockets that nobody told to go.
/// </summary>
internal sealed partial class ServerLifecycle(
    GatewayDrain drain,
    ServerReadiness readiness,
    IOptions<ListenerOptions> options,
    ILogger<ServerLifecycle> logger) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (var address in options.Value.Addresses)
        {
            if (address.IsUnixSocket) UnixSocketFile.SetMode(address.Host, options.Value.UnixSocket.PermissionMode);
        }

        readiness.Started();
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // In this order: whoever sees that it is not ready is not let in any more.
        drain.RefuseNewSockets();
        readiness.Draining();
        using var grace = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        grace.CancelAfter(TimeSpan.FromSeconds(options.Value.ShutdownGracePeriod));
        var left = await drain.DrainAsync(options.Value.EffectiveDrainWindow, options.Value.LatestClose, grace.Token).ConfigureAwait(false);
        if (left > 0) LogLeft(left, options.Value.ShutdownGracePeriod);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        foreach (var address in options.Value.Addresses)
        {
            if (address.IsUnixSocket) UnixSocketFile.Remove(address.Host);
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} sockets had not closed within shutdown_grace_period ({Seconds} s) and were cut off")]
    private partial void LogLeft(int count, int seconds);
}
