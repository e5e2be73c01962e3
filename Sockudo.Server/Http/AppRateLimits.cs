using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Sockudo.Server.Apps;
using Sockudo.Server.Metrics;
using Sockudo.Server.RateLimiting;

namespace Sockudo.Server.Http;

/// <summary>
/// What one app may ask of the API in a second: events published and read requests. On this node a window begins with its first use; where
/// the rate limiter's driver counts for the cluster, it slides and is every node's. What is refused is not counted, so a client that
/// retries is not starved. As many windows as apps. Thread-safe.
/// </summary>
internal sealed class AppRateLimits(ServerMetrics metrics, TimeProvider time, RateLimiters? limiters = null, IOptions<RateLimiterOptions>? options = null)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly SharedLimit? _shared = limiters?.Shared("app", options?.Value.Api.FailOpen ?? false);
    private readonly ConcurrentDictionary<(string AppId, bool IsRead), Window> _windows = new();

    /// <summary>Counts a GET; the refusal when the app has used up its second.</summary>
    public ValueTask<ApiAnswer?> CheckReadAsync(App app, CancellationToken cancellationToken) => app.MaxReadRequestsPerSecond is > 0 and var limit
        ? CheckAsync(app, isRead: true, limit, 1, cancellationToken)
        : default;

    /// <summary>
    /// Counts the channels of a publish, as Pusher counts messages; the refusal when the app has used up its second. A publish is admitted
    /// whole or not at all, and one that no second can ever admit is told so, as a retry would not help it.
    /// </summary>
    public ValueTask<ApiAnswer?> CheckEventsAsync(App app, int channels, CancellationToken cancellationToken)
    {
        if (app.MaxBackendEventsPerSecond is not (> 0 and var limit)) return default;
        return channels > limit ? new(NeverAdmitted(channels, limit)) : CheckAsync(app, isRead: false, limit, channels, cancellationToken);
    }

    private static ApiAnswer NeverAdmitted(int channels, int limit) => ApiErrors.NeverAdmitted.With(
        $"the publish counts as {channels} events, one for each channel of each event, and the app is limited to {limit} per second: no retry can admit it, send it in parts");

    private ValueTask<ApiAnswer?> CheckAsync(App app, bool isRead, int limit, int amount, CancellationToken cancellationToken)
    {
        if (_shared is { } shared) return CheckAsync(shared, app, isRead, limit, amount, cancellationToken);
        var window = _windows.GetOrAdd((app.Id, isRead), static _ => new Window());
        return new(Counted(app, isRead, limit, window.TryTake(amount, limit, time)));
    }

    private async ValueTask<ApiAnswer?> CheckAsync(SharedLimit shared, App app, bool isRead, int limit, int amount, CancellationToken cancellationToken)
    {
        var lease = await shared.TakeAsync($"{app.Id}:{(isRead ? "reads" : "events")}", amount, limit, Second, cancellationToken);
        var refusal = Counted(app, isRead, limit, lease.Allowed);
        return refusal is not null && lease.IsUnavailable ? ApiRateLimit.Unavailable(lease.ResetSeconds) : refusal;
    }

    private ApiAnswer? Counted(App app, bool isRead, int limit, bool isAdmitted)
    {
        metrics.RateLimitChecked(app.Id, MetricLabels.LimiterType.Api, MetricLabels.RequestContext.HttpApi, !isAdmitted);
        return isAdmitted ? null : ApiErrors.AppRateLimited.With("Too Many Requests", $"the app is limited to {limit} {(isRead ? "read requests" : "published events")} per second", 1);
    }

    private sealed class Window
    {
        private readonly Lock _gate = new(); // guards both fields
        private long _start;
        private int _used;

        public bool TryTake(int amount, int limit, TimeProvider time)
        {
            lock (_gate)
            {
                if (_used == 0 || time.GetElapsedTime(_start) >= TimeSpan.FromSeconds(1))
                {
                    _start = time.GetTimestamp();
                    _used = 0;
                }

                if (amount > limit - _used) return false;
                _used += amount;
                return true;
            }
        }
    }
}
