using Microsoft.AspNetCore.Connections;
using Sockudo.Server.Metrics;

namespace Sockudo.Server.Hosting;

/// <summary>
/// Most connections open at once on one listener or several, sockets and requests, finished with TLS or not. One more is accepted and cut
/// off, and counted (connection_errors_total), unless a connection that waits for a request makes room for it. The public listeners
/// together have what the descriptor limit has room for: without a limit whoever opens as many connections as there are descriptors
/// ends the process, because the runtime aborts when it cannot open a file it needs, and until then the accept loop spins. Thread-safe.
/// </summary>
/// <param name="room">Most connections; null is no limit.</param>
/// <param name="errorType">As what those that are cut off are counted.</param>
/// <param name="metrics">Where they are counted.</param>
/// <param name="time">The clock of the warnings.</param>
/// <param name="logger">Where they are said.</param>
internal sealed partial class ConnectionLimit(long? room, string errorType, ServerMetrics metrics, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromMinutes(1);

    private long _open;
    private long _warnedAt = long.MinValue;

    /// <summary>
    /// Puts the limit in front of whatever serves a connection. One of <paramref name="waiting"/> makes room where the limit is reached. It
    /// needs a moment to be gone, so that up to twice the limit may be open for that moment.
    /// </summary>
    public ConnectionDelegate Guard(ConnectionDelegate next, WaitingConnections? waiting = null) => room is not { } most ? next : context =>
    {
        var open = Interlocked.Increment(ref _open);
        if (open <= most || (open <= 2 * most && waiting?.TryMakeRoom() == true)) return ServeAsync(context, next);
        Interlocked.Decrement(ref _open);
        metrics.ForApp(MetricLabels.UnknownApp).ConnectionError(errorType);
        Warn(most);
        context.Abort(new ConnectionAbortedException("the listener has no room for another connection"));
        return Task.CompletedTask;
    };

    private async Task ServeAsync(ConnectionContext context, ConnectionDelegate next)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private void Warn(long most)
    {
        var last = Volatile.Read(ref _warnedAt);
        var now = time.GetTimestamp();
        if (last != long.MinValue && time.GetElapsedTime(last, now) < BetweenWarnings) return;
        if (Interlocked.CompareExchange(ref _warnedAt, now, last) != last) return;
        if (errorType == MetricLabels.ErrorType.DescriptorsUsedUp) LogNoDescriptors(most);
        else LogFull(most);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} connections are open, which is what the descriptor limit has room for: others are cut off. Raise it with `ulimit -n`, LimitNOFILE of systemd or --ulimit nofile of docker")]
    private partial void LogNoDescriptors(long count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "All {Count} connections of the metrics or redirect listener are being served: others are cut off. Look who holds them")]
    private partial void LogFull(long count);
}
