using Microsoft.Extensions.Options;
using Sockudo.Server.Queueing;

namespace Sockudo.Server.Webhooks;

/// <summary>
/// One loop that turns events into jobs: it asks each endpoint's filter, joins what goes to one lane, and enqueues. Events of a
/// channel keep their order, and so do the jobs of a lane. Apps take turns, an event each: what the filters of one cost it waits for itself.
/// </summary>
internal sealed partial class WebhookBatcher(
    WebhookEvents events, IJobQueue queue, IOptions<WebhookOptions> options, TimeProvider time, ILogger<WebhookBatcher> logger)
{
    private const int LargestBody = 192 * 1024;

    private readonly Dictionary<JobLane, Batch> _open = [];
    private readonly Queue<Batch> _byDue = new();
    private readonly PriorityQueue<Batch, long> _bySequence = new();
    private readonly List<JobTarget> _told = [];
    private Task<bool>? _more;
    private long _oldestOpen = long.MaxValue;

    /// <summary>Everything noted up to this place is stored, as far as the queue stores; the rest would be lost with the process. Thread-safe.</summary>
    public long StoredUpTo
    {
        get
        {
            // In this order: what moves on between two questions is then in one of the answers at least.
            var upTo = events.Sequence;
            if (events.OldestUnbatched is { } waiting) upTo = Math.Min(upTo, waiting - 1);
            upTo = Math.Min(upTo, Volatile.Read(ref _oldestOpen) - 1);
            return queue.OldestUnstored is { } oldest ? Math.Min(upTo, oldest - 1) : upTo;
        }
    }

    /// <summary>Runs until the events are closed and everything was enqueued.</summary>
    public async Task RunAsync()
    {
        while (await WaitAsync().ConfigureAwait(false))
        {
            while (events.TryTake(out var noted))
            {
                var taken = noted;
                Guard(() => Add(taken));
                FlushDue();
            }

            FlushDue();
        }

        while (_byDue.TryPeek(out var batch)) Flush(batch);
    }

    // False when there will be no event any more. A wait that a due batch cut short goes on with the next call.
    private async ValueTask<bool> WaitAsync()
    {
        _more ??= events.WaitAsync().AsTask();
        if (!_more.IsCompleted && _byDue.TryPeek(out var first))
        {
            var wait = TimeSpan.FromMilliseconds(Math.Max(0, first.Due - Now()));
            await ((Task)_more).WaitAsync(wait, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_more.IsCompleted) return true;
        }

        var more = await _more.ConfigureAwait(false);
        _more = null;
        return more;
    }

    private void Add(WebhookEvent noted)
    {
        byte[]? json = null;
        _told.Clear();
        foreach (var endpoint in noted.App.Webhooks.Endpoints)
        {
            if ((endpoint.Events & noted.Type) == 0 || (noted.Channel is { } channel && endpoint.Filter?.Matches(channel) == false)) continue;
            var lane = new JobLane(noted.App.Id, endpoint.Url.AbsoluteUri, JobPartitions.Of(noted.App.Id, noted.Subject));

            // Two entries with one URL are one endpoint: it is told once.
            if (_told.Contains(lane.Target)) continue;
            _told.Add(lane.Target);
            json ??= WebhookBody.Event(noted, NewId());
            Add(lane, json, noted);
        }
    }

    private void Add(JobLane lane, byte[] json, in WebhookEvent noted)
    {
        if (_open.TryGetValue(lane, out var batch) && batch.Bytes + json.Length + 1 > LargestBody)
        {
            Flush(batch);
            batch = null;
        }

        if (batch is null)
        {
            batch = new Batch(lane, noted.At, noted.Sequence, Now() + options.Value.BatchingDurationMs);
            _open[lane] = batch;
            _byDue.Enqueue(batch);
            _bySequence.Enqueue(batch, batch.Sequence);
        }

        batch.Add(json);
        if (!options.Value.BatchingEnabled || batch.Count >= options.Value.BatchingSize) Flush(batch);
    }

    private void FlushDue()
    {
        while (_byDue.TryPeek(out var batch))
        {
            if (_open.TryGetValue(batch.Lane, out var open) && ReferenceEquals(open, batch))
            {
                if (batch.Due > Now()) break;
                Flush(batch);
            }
            else
            {
                _byDue.Dequeue();
            }
        }

        while (_bySequence.TryPeek(out var oldest, out _) && oldest.IsEnded) _bySequence.Dequeue();
        Volatile.Write(ref _oldestOpen, _bySequence.TryPeek(out _, out var sequence) ? sequence : long.MaxValue);
    }

    private void Flush(Batch batch)
    {
        if (_byDue.TryPeek(out var first) && ReferenceEquals(first, batch)) _byDue.Dequeue();
        if (!_open.TryGetValue(batch.Lane, out var open) || !ReferenceEquals(open, batch)) return;
        _open.Remove(batch.Lane);
        var job = new Job
        {
            Id = NewId(),
            AppId = batch.Lane.AppId,
            Destination = batch.Lane.Destination,
            Partition = batch.Lane.Partition,
            EnqueuedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
            Body = batch.End(),
            Sequence = batch.Sequence,
        };
        Guard(() => queue.Enqueue(job));
    }

    // A defect with one event must not end the telling of all others.
    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            LogFailed(e);
        }
    }

    private string NewId() => Guid.CreateVersion7(time.GetUtcNow()).ToString("N");

    private long Now() => (long)time.GetElapsedTime(0).TotalMilliseconds;

    [LoggerMessage(Level = LogLevel.Error, Message = "An event could not be turned into a webhook; it is lost")]
    private partial void LogFailed(Exception exception);
}
