using Microsoft.AspNetCore.Connections;
using Sockudo.Server.Metrics;

namespace Sockudo.Server.Hosting;

/// <summary>
/// Most connections open at once, sockets and requests, finished with TLS or not: what the descriptor limit has room for. One more is
/// accepted and cut off, and counted (connection_errors_total, descriptors_used_up). Without it whoever opens as many connections as there are
/// descriptors ends the process: the runtime aborts when it cannot open a file it needs, and until then the accept loop spins. Thread-safe.
/// </summary>
/// <param name="room">Most connections; null is no limit.</param>
/// <param name="metrics">Where those that are cut off are counted.</param>
/// <param name="time">The clock of the warnings.</param>
/// <param name="logger">Where they are said.</param>
internal sealed partial class ConnectionLimit(long? room, ServerMetrics metrics, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromMinutes(1);

    private long _open;
    private long _warnedAt = long.MinValue;

    /// <summary>Puts the limit in front of whatever serves a connection.</summary>
    public ConnectionDelegate Guard(ConnectionDelegate next) => room is not { } most ? next : context =>
    {
        if (Interlocked.Increment(ref _open) <= most) return ServeAsync(context, next);
        Interlocked.Decrement(ref _open);
        metrics.ForApp(MetricLabels.UnknownApp).ConnectionError(MetricLabels.ErrorType.DescriptorsUsedUp);
        Warn(most);
        context.Abort(new ConnectionAbortedException("the descriptor limit has no room for another connection"));
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
        if (Interlocked.CompareExchange(ref _warnedAt, now, last) == last) LogFull(most);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} connections are open, which is what the descriptor limit has room for: others are cut off. Raise it with `ulimit -n`, LimitNOFILE of systemd or --ulimit nofile of docker")]
    private partial void LogFull(long count);
}
