using Sockudo.Server.Http;

namespace Sockudo.Server.Hosting;

/// <summary>
/// Tells the log why the server is not ready, once when that has lasted: the public <c>/ready</c> says a word and no reason. Not thread-safe;
/// asked once a second.
/// </summary>
internal sealed partial class ReadinessLog(IReadiness readiness, TimeProvider time, ILogger<ReadinessLog> logger)
{
    /// <summary>A node that joins its cluster is not ready for a moment, which is no news.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private long? _since;
    private bool _isSaid;

    /// <summary>Looks once.</summary>
    public void Look()
    {
        var current = readiness.Current;
        if (current.State == ReadinessState.Unhealthy)
        {
            _since ??= time.GetTimestamp();
            if (_isSaid || time.GetElapsedTime(_since.Value) < Patience) return;
            _isSaid = true;
            LogNotReady(current.Reason);
            return;
        }

        if (_isSaid && current.State == ReadinessState.Ready)
        {
            var seconds = time.GetElapsedTime(_since!.Value).TotalSeconds;
            LogReady(seconds);
        }

        _since = null;
        _isSaid = false;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The server is not ready: {Reason}")]
    private partial void LogNotReady(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The server is ready again after {Seconds:0} s")]
    private partial void LogReady(double seconds);
}
