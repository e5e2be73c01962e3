using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Sockudo.Server.Metrics;

namespace Sockudo.Server.RateLimiting;

/// <summary>Counts what was decided without the store of the limits, and says once when that begins and when it ends. Thread-safe.</summary>
internal sealed partial class RateLimitOutages
{
    private readonly ConcurrentDictionary<string, bool> _isAway = new(StringComparer.Ordinal);
    private readonly Counter<long> _unavailable;
    private readonly ILogger<RateLimitOutages> _logger;

    public RateLimitOutages(ServerMetrics metrics, ILogger<RateLimitOutages> logger)
    {
        _logger = logger;
        _unavailable = metrics.Meter.CreateCounter<long>(
            ServerMetrics.InstrumentPrefix + "rate_limit_unavailable_total", "{request}", "Requests decided without the rate limiter because its store was away, by what became of them.");
    }

    /// <summary>The store answered for a limit.</summary>
    public void Answered(string limit)
    {
        // Read before it is written: the common case must not contend.
        if (_isAway.TryGetValue(limit, out var isAway) && isAway && _isAway.TryUpdate(limit, false, true)) LogBack(limit);
    }

    /// <summary>The store did not answer for a limit.</summary>
    public void Missed(string limit, bool isAdmitted, Exception exception)
    {
        _unavailable.Add(1, new("limiter", limit), new("outcome", isAdmitted ? "admitted" : "refused"));
        if (_isAway.TryAdd(limit, true) || _isAway.TryUpdate(limit, true, false)) LogAway(exception, limit, isAdmitted ? "admitted" : "refused");
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The rate limiter {Limit} has no answer from its store; until it has, everything is {Outcome}")]
    private partial void LogAway(Exception exception, string limit, string outcome);

    [LoggerMessage(Level = LogLevel.Information, Message = "The rate limiter {Limit} counts again")]
    private partial void LogBack(string limit);
}
