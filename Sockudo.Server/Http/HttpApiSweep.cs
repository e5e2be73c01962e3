namespace Sockudo.Server.Http;

/// <summary>Every ten seconds, forgets rate limit windows and idempotency keys whose time is over.</summary>
internal sealed class HttpApiSweep(ApiRateLimit addressLimit, HealthRateLimit healthLimit, IdempotentCalls idempotency, TimeProvider time) : BackgroundService
{
    /// <summary>Time between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Looks once.</summary>
    public void Sweep()
    {
        addressLimit.RemoveExpired();
        healthLimit.RemoveExpired();
        idempotency.RemoveExpired();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) Sweep();
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }
}
