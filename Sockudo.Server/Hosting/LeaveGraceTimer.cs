using Sockudo.Server.Channels;

namespace Sockudo.Server.Hosting;

/// <summary>Ends the graces of presence users on the local adapter. Not registered without a grace; the cluster has a timer of its own.</summary>
internal sealed partial class LeaveGraceTimer(ChannelRegistry channels, TimeProvider time, ILogger<LeaveGraceTimer> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false)) End();
        }
        catch (OperationCanceledException)
        {
            // The server is stopping.
        }
    }

    private void End()
    {
        try
        {
            channels.EndLeaves();
        }
        catch (Exception e)
        {
            // Members would stay for ever behind a timer that ended.
            LogFailed(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Ending the graces of presence users failed; it is tried again")]
    private partial void LogFailed(Exception exception);
}
