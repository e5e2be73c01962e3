namespace Sockudo.Server.Http;

/// <summary>What the memory gauge said, read at most once a second: a reading costs a few files, and whoever asks <c>/usage</c> or publishes causes one. Thread-safe.</summary>
internal sealed class MemoryReading(IMemoryGauge memory, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new(); // guards the two below
    private long _readAt;
    private MemoryUsage? _last;

    /// <summary>The memory, not longer ago than a second.</summary>
    public MemoryUsage Current
    {
        get
        {
            lock (_gate)
            {
                if (_last is { } last && time.GetElapsedTime(_readAt) < Fresh) return last;
                _readAt = time.GetTimestamp();
                _last = memory.Read();
                return _last.Value;
            }
        }
    }
}
