using Sockudo.Server.Channels;
using Sockudo.Server.Gateway;
using Sockudo.Server.Messaging;

namespace Sockudo.Server.Hosting;

/// <summary>The one timer of the server: once a second every connection's timers, once a minute what has expired.</summary>
internal sealed partial class Housekeeping(
    ConnectionSweep connections,
    Listeners listeners,
    ReadinessLog readiness,
    SubscriptionCountNotifier subscriptionCounts,
    CachedEvents cachedEvents,
    WebSocketRateLimit rateLimit,
    TimeProvider time,
    ILogger<Housekeeping> logger) : BackgroundService
{
    private const int TurnsPerMinute = 60;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        var turn = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                Run(connections.Sweep);
                Run(listeners.Sweep);
                Run(readiness.Look);
                Run(subscriptionCounts.SendDue);
                if (++turn % TurnsPerMinute != 0) continue;
                Run(cachedEvents.RemoveExpired);
                Run(rateLimit.RemoveExpired);
            }
        }
        catch (OperationCanceledException)
        {
            // The server is stopping.
        }
    }

    private void Run(Action task)
    {
        try
        {
            task();
        }
        catch (Exception e)
        {
            // A defect in one task must not end the timers of every connection.
            LogFailed(e, task.Method.Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The periodic task {Task} failed; it runs again in a second")]
    private partial void LogFailed(Exception exception, string task);
}
