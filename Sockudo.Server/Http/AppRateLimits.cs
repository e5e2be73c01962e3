using System.Collections.Concurrent;
using Sockudo.Server.Apps;
using Sockudo.Server.Metrics;

namespace Sockudo.Server.Http;

/// <summary>
/// What one app may ask of the API in a second: events published and read requests, on this node. A window begins with its first
/// use; what is refused is not counted, so a client that retries is not starved. As many windows as apps. Thread-safe.
/// </summary>
internal sealed class AppRateLimits(ServerMetrics metrics, TimeProvider time)
{
    private readonly ConcurrentDictionary<(string AppId, bool IsRead), Window> _windows = new();

    /// <summary>Counts a GET; the refusal when the app has used up its second.</summary>
    public ApiAnswer? CheckRead(App app) => app.MaxReadRequestsPerSecond is > 0 and var limit
        ? Check(app, isRead: true, limit, 1, "read requests")
        : null;

    /// <summary>Counts events; the refusal when the app has used up its second. A batch is admitted whole or not at all.</summary>
    public ApiAnswer? CheckEvents(App app, int events) => app.MaxBackendEventsPerSecond is > 0 and var limit
        ? Check(app, isRead: false, limit, events, "published events")
        : null;

    private ApiAnswer? Check(App app, bool isRead, int limit, int amount, string what)
    {
        var window = _windows.GetOrAdd((app.Id, isRead), static _ => new Window());
        var isAdmitted = window.TryTake(amount, limit, time);
        metrics.RateLimitChecked(app.Id, MetricLabels.LimiterType.Api, MetricLabels.RequestContext.HttpApi, !isAdmitted);
        return isAdmitted ? null : ApiErrors.AppRateLimited.With("Too Many Requests", $"the app is limited to {limit} {what} per second", 1);
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
