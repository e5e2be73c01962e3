namespace Sockudo.LoadTest.Publishing;

/// <summary>
/// When to publish. Open loop with a rate: at the scheduled times, from which latency counts, however late they are served.
/// Closed loop without: as long as fewer than a window of publishes is undelivered; what does not arrive for two seconds is
/// given up, so that a lost event does not stop the run.
/// </summary>
internal sealed class PublishPace(LoadOptions options, LoadCounters counters, long begin)
{
    private const long Millisecond = 1_000_000;
    private const long GiveUpAfter = 2_000_000_000;

    private readonly double _gap = options.Rate > 0 ? 1e9 * options.Batch / options.Rate : 0;
    private readonly double _perPublish = options.Mode == LoadMode.Client ? 1 : (double)counters.Ready * options.Subscriptions / options.Channels * options.Batch;
    private long _sent;
    private readonly long _begin = begin;
    private long _next = begin;
    private long _lost;
    private long _seen;
    private long _movedAt = begin;

    /// <summary>Publishes what is due, until <paramref name="tryPublish"/> says that nobody is free, and returns how long to wait at most. Unit: nanoseconds.</summary>
    public long PublishDue(Func<long, bool> tryPublish)
    {
        var now = LoadCounters.Now;
        if (options.Rate > 0) return OpenLoop(now, tryPublish);
        if (options.Mode is LoadMode.Http or LoadMode.Subscribe)
        {
            while (tryPublish(now))
            {
                // Until everybody is busy.
            }

            return Millisecond;
        }

        while (counters.Expected - counters.Delivered - _lost <= (options.Window - 1) * _perPublish && tryPublish(now))
        {
            // Until the window is full.
        }

        GiveUpLost(now);
        return Millisecond;
    }

    private long OpenLoop(long now, Func<long, bool> tryPublish)
    {
        while (_next <= now && tryPublish(_next)) _next = _begin + (long)(++_sent * _gap);
        return _next > now ? Math.Min(_next - now, Millisecond) : Millisecond / 10;
    }

    private void GiveUpLost(long now)
    {
        var done = counters.Delivered + counters.HttpOk;
        if (done != _seen)
        {
            _seen = done;
            _movedAt = now;
        }
        else if (now - _movedAt > GiveUpAfter)
        {
            _lost = counters.Expected - counters.Delivered;
            _movedAt = now;
        }
    }
}
