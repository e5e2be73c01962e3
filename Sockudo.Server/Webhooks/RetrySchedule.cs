namespace Sockudo.Server.Webhooks;

/// <summary>When a delivery is tried again and when it is given up. Pure.</summary>
internal static class RetrySchedule
{
    /// <summary>The wait after so many failures in a row: doubling, up to the longest.</summary>
    public static TimeSpan Delay(int failures, WebhookOptions options)
    {
        var doublings = Math.Min(failures - 1, 30);
        return TimeSpan.FromMilliseconds(Math.Min(options.RetryFirstDelayMs * (1L << doublings), options.RetryMaxDelayMs));
    }

    /// <summary>Whether a job that was enqueued at this time is given up when its attempt has failed now.</summary>
    public static bool IsExpired(long enqueuedAt, long now, WebhookOptions options) => now - enqueuedAt >= options.RetryGiveUpAfterMs;
}
