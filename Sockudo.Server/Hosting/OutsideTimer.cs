using Sockudo.Server.Adapters;
using Sockudo.Server.Adapters.Outside;
using Sockudo.Server.Queueing;
using Sockudo.Server.Webhooks;

namespace Sockudo.Server.Hosting;

/// <summary>
/// Lets what the outside is told become due (a cluster does so itself), lets other nodes know what of it is stored, and at the end tells
/// what the last node must: after its clients have gone and before webhooks stop.
/// </summary>
internal sealed partial class OutsideTimer(
    OncePerCluster outside, IAdapter adapter, WebhookEvents events, WebhookBatcher batcher, IJobQueue queue, TimeProvider time, ILogger<OutsideTimer> logger) : BackgroundService
{
    private static readonly TimeSpan LocalPeriod = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ClusterPeriod = TimeSpan.FromMilliseconds(25);

    private readonly bool _isLocal = adapter is LocalAdapter;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!_isLocal) outside.Ownership = new StoredAnnouncements(outside.Ownership, () => events.Sequence, () => batcher.StoredUpTo, () => queue.IsAvailable, time);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        outside.TellBeforeEnd();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_isLocal ? LocalPeriod : ClusterPeriod, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false)) Run();
        }
        catch (OperationCanceledException)
        {
            // The server is stopping.
        }
    }

    private void Run()
    {
        try
        {
            if (outside.Ownership is StoredAnnouncements announcements) announcements.AnnounceStored();
            else outside.TellDue();
        }
        catch (Exception e)
        {
            // A defect with one thing must not end the telling of all others.
            LogFailed(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Telling what is due failed; it goes on")]
    private partial void LogFailed(Exception exception);
}
