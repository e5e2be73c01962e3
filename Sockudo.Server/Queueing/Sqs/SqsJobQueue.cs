using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;

namespace Sockudo.Server.Queueing.Sqs;

/// <summary>
/// Jobs in one SQS queue. A FIFO queue has a message group for each destination and partition and keeps their order; a standard queue
/// keeps none. What a node has received it hides from others and goes on hiding while it works on it; after its death the visibility
/// timeout shows it again. SQS cannot list messages, so dead letters are the process's own. Thread-safe.
/// </summary>
internal sealed partial class SqsJobQueue : IJobQueue, IAsyncDisposable
{
    // Of a standard queue a dead destination would fill the process; what is above waits in SQS.
    private const int MostOfOneTarget = 50;
    private const int MostReceived = 5_000;
    private const long MostReceivedBytes = 64L << 20;
    private const int MostInABatch = 10;

    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private readonly SqsQueueOptions _sqs;
    private readonly QueueOptions _options;
    private readonly SqsClient _client;
    private readonly MemoryDeadLetters _deadLetters;
    private readonly QueueRoom _room;
    private readonly JobOutbox[] _outboxes;
    private readonly TimeProvider _time;
    private readonly ILogger<SqsJobQueue> _logger;
    private readonly Lock _gate = new(); // guards _received, _receivedBytes, _byTarget and _finished
    private readonly HashSet<SqsJob> _received = [];
    private readonly Dictionary<JobTarget, int> _byTarget = [];
    private readonly Queue<string> _finished = new();
    private readonly SemaphoreSlim _someFinished = new(0);
    private readonly CancellationTokenSource _stopReceiving = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _receiving = Task.CompletedTask;
    private Task _others = Task.CompletedTask;
    private IJobHandler? _handler;
    private long _count;
    private volatile bool _isAvailable;
    private bool _isAwayTold;
    private bool _isForeignTold; // of the receiving loop
    private long _receivedBytes;

    public SqsJobQueue(SqsQueueOptions sqs, IOptions<QueueOptions> options, TimeProvider time, ILogger<SqsJobQueue> logger)
    {
        _sqs = sqs;
        _options = options.Value;
        _client = new SqsClient(sqs);
        _time = time;
        _logger = logger;
        _deadLetters = new MemoryDeadLetters(_options.MaxDeadLetters, time, job => TryEnqueue(job) is null);
        _room = new QueueRoom(_options.MaxJobs, _options.MaxBytes);
        var most = sqs.Fifo ? 1 : MostInABatch;
        _outboxes = [.. Enumerable.Range(0, JobPartitions.Count).Select(_ => new JobOutbox(most, SqsMessages.MostBytes / 2, SendAsync, Stored))];
    }

    public string Driver => _options.Driver;

    public bool IsDurable => true;

    public long Depth => Unstored + Volatile.Read(ref _count);

    public long Unstored => _room.Count;

    public long? OldestUnstored => _outboxes.Min(static outbox => outbox.Oldest);

    public bool IsAvailable => _isAvailable;

    public IDeadLetters DeadLetters => _deadLetters;

    public void Enqueue(Job job)
    {
        if (TryEnqueue(job) is { } refusal) GiveUp(job, refusal, attempts: 0);
    }

    public Task StartAsync(IJobHandler handler, CancellationToken cancellationToken)
    {
        _handler = handler;
        _receiving = Task.Run(() => GuardAsync(ReceiveAsync, _stopReceiving.Token), CancellationToken.None);
        _others = Task.WhenAll(
            [
                Task.Run(() => GuardAsync(DeleteAsync, _stopping.Token), CancellationToken.None),
                Task.Run(() => GuardAsync(HideAsync, _stopping.Token), CancellationToken.None),
                .. _outboxes.Select(outbox => Task.Run(() => GuardAsync(outbox.RunAsync, _stopping.Token))),
            ]);
        return Task.CompletedTask;
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5), _time);
        while (Unstored > 0 && !cancellationToken.IsCancellationRequested) await timer.WaitForNextTickAsync(CancellationToken.None).ConfigureAwait(false);
    }

    public async Task StopAsync()
    {
        await _stopReceiving.CancelAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _others.ConfigureAwait(false);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(2), _time);
        try
        {
            while (await DeleteSomeAsync(deadline.Token).ConfigureAwait(false) > 0)
            {
            }

            await HideReceivedAsync(seconds: 0, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (SqsClient.IsFailure(e) || e is OperationCanceledException)
        {
            // The visibility timeout shows them to others.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopReceiving.CancelAsync().ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_receiving, _others).ConfigureAwait(false);
        foreach (var outbox in _outboxes) outbox.Dispose();
        _client.Dispose();
        _someFinished.Dispose();
        _stopReceiving.Dispose();
        _stopping.Dispose();
    }

    /// <summary>A job needs nothing more.</summary>
    public void Finish(SqsJob job)
    {
        lock (_gate)
        {
            if (!_received.Remove(job)) return;
            Release(job.Lane.Target);
            _receivedBytes -= job.Size;
            _finished.Enqueue(job.Receipt);
        }

        _someFinished.Release();
    }

    /// <summary>A job becomes a dead letter.</summary>
    public void GiveUp(Job job, string reason, int attempts)
    {
        _deadLetters.Add(job, reason, attempts);
        _handler?.DeadLettered(job.Lane.Target, reason);
    }

    // Takes it, or says why not.
    private string? TryEnqueue(Job job)
    {
        // Quotes become longer in the text of the message.
        if (Encoding.UTF8.GetByteCount(SqsMessages.Write(job)) > SqsMessages.MostBytes) return DeadLetterReason.TooLarge;
        if (_room.TryTake(job.Lane.Target, job.Size) is not null) return DeadLetterReason.BrokerAway;
        _outboxes[job.Partition].Add(job);
        return null;
    }

    private void Release(JobTarget target)
    {
        if (--_byTarget[target] == 0) _byTarget.Remove(target);
    }

    private void Stored(Job job, string refusal)
    {
        _room.Release(job.Lane.Target, job.Size);
        if (refusal.Length > 0) GiveUp(job, refusal, attempts: 0);
    }

    private async Task GuardAsync(Func<CancellationToken, Task> loop, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await loop(stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (SqsClient.IsFailure(e)) Failed(e);
                else LogLoopFailed(e);
                await Task.Delay(AfterFailure, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Failed(Exception e)
    {
        _isAvailable = false;
        if (!Interlocked.Exchange(ref _isAwayTold, true)) LogAway(e.Message);
    }

    private static int Attempts(string? receiveCount) =>
        int.TryParse(receiveCount, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? Math.Max(0, count - 1) : 0;

    [LoggerMessage(Level = LogLevel.Warning, Message = "SQS cannot be used now; it is tried again, and webhooks wait in the process meanwhile: {Reason}")]
    private partial void LogAway(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message =
        "{Count} messages of the SQS queue '{Queue}' are not this server's webhooks: somebody else uses it too. They are left there. Give each a queue of its own (docs/webhooks.md)")]
    private partial void LogForeign(int count, string queue);

    [LoggerMessage(Level = LogLevel.Error, Message = "A loop of the webhook queue failed and goes on")]
    private partial void LogLoopFailed(Exception exception);
}
