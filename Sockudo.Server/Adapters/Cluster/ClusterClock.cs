using Sockudo.Server.Channels;

namespace Sockudo.Server.Adapters.Cluster;

/// <summary>
/// A node's two clocks. The first only measures (milliseconds since start, never set). The second is a hybrid logical clock:
/// microseconds since 1970, greater than everything this node gave or saw, so that what was written after something was seen also
/// has the later stamp, whatever the machines' clocks say. Thread-safe.
/// </summary>
internal sealed class ClusterClock(TimeProvider time, UInt128 epoch)
{
    // A peer whose clock runs further ahead than this does not pull ours along.
    private const long MaxLeadMicroseconds = 60_000_000;

    private readonly long _start = time.GetTimestamp();
    private long _last;

    /// <summary>The machine's clock, for what is told to people.</summary>
    public TimeProvider Time => time;

    /// <summary>Milliseconds since the node began.</summary>
    public long Milliseconds => (long)time.GetElapsedTime(_start).TotalMilliseconds;

    /// <summary>The stamp of something written now.</summary>
    public WriteStamp Next()
    {
        var wall = Wall();
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = Math.Max(wall, last + 1);
            if (Interlocked.CompareExchange(ref _last, next, last) == last) return new WriteStamp(next, epoch);
        }
    }

    /// <summary>A time of another node, at most a minute ahead of this machine's clock, so that a broken or forged one does not win for ever.</summary>
    public long Bound(long seen) => Math.Min(seen, Wall() + MaxLeadMicroseconds);

    /// <summary>A stamp of another node was seen.</summary>
    public void Observe(long seen)
    {
        seen = Bound(seen);
        while (true)
        {
            var last = Volatile.Read(ref _last);
            if (seen <= last || Interlocked.CompareExchange(ref _last, seen, last) == last) return;
        }
    }

    /// <summary>How long ago a <see cref="TimeProvider.GetTimestamp"/> was.</summary>
    public TimeSpan Since(long timestamp) => time.GetElapsedTime(timestamp);

    private long Wall() => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
