using Sockudo.Server.Adapters.Outside;

namespace Sockudo.Server.Hosting;

/// <summary>
/// Lets what the outside is told become due, several times a second (a cluster does so itself), and at the end tells what the last
/// node must: after its clients have gone and before webhooks stop.
/// </summary>
internal sealed partial class OutsideTimer(OncePerCluster outside, bool isLocal, TimeProvider time, ILogger<OutsideTimer> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        outside.TellBeforeEnd();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!isLocal) return;
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false)) Tell();
        }
        catch (OperationCanceledException)
        {
            // The server is stopping.
        }
    }

    private void Tell()
    {
        try
        {
            outside.TellDue();
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
