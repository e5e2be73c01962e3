using Microsoft.Extensions.Options;
using Sockudo.Server.Apps;
using Sockudo.Server.Queueing;

namespace Sockudo.Server.Webhooks;

/// <summary>
/// Delivers what the queue hands out. Each lane goes on by itself: its jobs one after another, the next only when the one before it
/// was accepted or given up. So a channel's events reach an endpoint in order, and an endpoint that is slow or dead holds up
/// nothing but its own lanes. There is no limit over all endpoints, which a few dead ones could use up. Thread-safe.
/// </summary>
internal sealed partial class WebhookDeliveries(
    IAppManager apps, WebhookSender sender, WebhookMetrics metrics, IOptions<WebhookOptions> options, TimeProvider time, ILogger<WebhookDeliveries> logger)
    : IJobHandler, IDisposable
{
    // Deeper in a lane than this a body is let go of, when the queue can give it again.
    private const int LoadedJobs = 64;

    private readonly Lock _gate = new(); // guards the lanes, their lists and the slots
    private readonly Dictionary<JobLane, DeliveryLane> _lanes = [];
    private readonly Dictionary<JobTarget, EndpointSlots> _slots = [];
    private readonly CancellationTokenSource _noRetries = new();
    private readonly CancellationTokenSource _noRequests = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isStopping;

    /// <summary>Jobs this node has taken over and not finished.</summary>
    public int Outstanding
    {
        get
        {
            lock (_gate) return _lanes.Values.Sum(static lane => lane.Jobs.Count);
        }
    }

    /// <summary>The age of the oldest job this node has taken over; zero when there is none.</summary>
    public TimeSpan OldestAge
    {
        get
        {
            lock (_gate)
            {
                var oldest = _lanes.Values.Min(static lane => lane.Jobs.First?.Value.EnqueuedAt);
                return oldest is { } at ? TimeSpan.FromMilliseconds(Math.Max(0, Now() - at)) : TimeSpan.Zero;
            }
        }
    }

    public void Take(QueuedJob job)
    {
        DeliveryLane? lane;
        lock (_gate)
        {
            if (_isStopping) return;
            var isNew = !_lanes.TryGetValue(job.Lane, out lane);
            if (isNew) _lanes[job.Lane] = lane = new DeliveryLane(job.Lane, SlotsOf(job.Lane.Target));
            lane!.Jobs.AddLast(job);
            if (lane.Jobs.Count > LoadedJobs) job.Unload();
            if (!isNew) return;
        }

        // Without the context of whoever enqueued: the lane outlives a request that replays, and is no part of its trace.
        ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work.Deliveries.RunAsync(work.Lane), (Deliveries: this, Lane: lane), preferLocal: false);
    }

    public void DeadLettered(JobTarget target, string reason) => metrics.DeadLettered(target.AppId, reason);

    /// <summary>
    /// Takes nothing more, tries once what waits for its next attempt, and lets requests that are under way end. Jobs of a durable
    /// queue are left to it. Returns how many jobs were not delivered; of a queue in memory they are lost.
    /// </summary>
    /// <param name="isDurable">Whether what is left may stay in the queue.</param>
    /// <param name="cancellationToken">Cuts requests off.</param>
    public async Task<int> StopAsync(bool isDurable, CancellationToken cancellationToken)
    {
        int running;
        lock (_gate)
        {
            _isStopping = true;
            if (isDurable)
            {
                foreach (var lane in _lanes.Values) LeaveWaiting(lane);
            }

            running = _lanes.Count;
        }

        await _noRetries.CancelAsync().ConfigureAwait(false);
        if (running == 0) return 0;
        using var cut = cancellationToken.Register(_noRequests.Cancel);
        await _idle.Task.ConfigureAwait(false);
        lock (_gate) return _lanes.Values.Sum(static lane => lane.Jobs.Count);
    }

    public void Dispose()
    {
        _noRetries.Dispose();
        _noRequests.Dispose();
    }

    private static void LeaveWaiting(DeliveryLane lane)
    {
        // The first may be under way.
        while (lane.Jobs.Count > 1) lane.Jobs.RemoveLast();
    }

    private QueuedJob? First(DeliveryLane lane)
    {
        lock (_gate)
        {
            if (lane.Jobs.First is { } node) return node.Value;
            Forget(lane);
            return null;
        }
    }

    private void Remove(DeliveryLane lane, QueuedJob job)
    {
        lock (_gate)
        {
            if (lane.Jobs.First?.Value == job) lane.Jobs.RemoveFirst();
            else lane.Jobs.Remove(job);
        }
    }

    private void End(DeliveryLane lane)
    {
        lock (_gate)
        {
            // A lane that was stopped keeps its jobs, to be counted.
            lane.IsEnded = true;
            if (_isStopping && _lanes.Values.All(static one => one.IsEnded)) _idle.TrySetResult();
        }
    }

    private void Forget(DeliveryLane lane)
    {
        if (!_lanes.TryGetValue(lane.Lane, out var known) || !ReferenceEquals(known, lane)) return;
        _lanes.Remove(lane.Lane);
        if (--lane.Slots.Lanes == 0) _slots.Remove(lane.Lane.Target);
    }

    private EndpointSlots SlotsOf(JobTarget target)
    {
        if (!_slots.TryGetValue(target, out var slots)) _slots[target] = slots = new EndpointSlots((int)Math.Clamp(options.Value.Concurrency, 1, JobPartitions.Count));
        slots.Lanes++;
        return slots;
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
