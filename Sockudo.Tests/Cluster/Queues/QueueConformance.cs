using System.Globalization;
using System.Text;
using Sockudo.Server.Queueing;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Queues;

/// <summary>
/// What every queue promises, held by each driver against the real thing. A driver says how a queue on one shared store is opened; each
/// test has a store of its own.
/// </summary>
public abstract class QueueConformance(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly List<IJobQueue> _open = [];
    private long _enqueued;

    protected ITestOutputHelper Output { get; } = output;

    /// <summary>Whether jobs outlive the process.</summary>
    protected virtual bool IsDurable => true;

    /// <summary>Whether the jobs of a partition are handed out in order.</summary>
    protected virtual bool KeepsOrder => true;

    /// <summary>How long a node's death may go unnoticed.</summary>
    protected virtual TimeSpan Takeover => TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Every_job_is_handed_out_with_what_was_enqueued()
    {
        var (queue, handler) = await OpenAsync();
        var job = NewJob(3, body: """{"time_ms":1,"events":[{"name":"channel_occupied","channel":"caf\u00e9 é 漢"}]}""");
        queue.Enqueue(job);
        var handled = (await handler.Jobs.NextAsync(TimeSpan.FromSeconds(15))).Job;
        Assert.Equal((job.Id, job.Lane, job.EnqueuedAt, 0), (handled.Id, handled.Lane, handled.EnqueuedAt, handled.Attempts));
        Assert.Equal(Encoding.UTF8.GetString(job.Body.Span), Encoding.UTF8.GetString((await handled.ReadAsync(TestContext.Current.CancellationToken))!.Value.Span));
    }

    [Fact]
    public async Task The_jobs_of_a_partition_are_handed_out_in_order_each_once()
    {
        var (queue, handler) = await OpenAsync();
        const int Count = 400;
        for (var i = 0; i < Count; i++) queue.Enqueue(NewJob(i % JobPartitions.Count, id: Name(i)));
        await handler.DistinctAsync(Count, TimeSpan.FromSeconds(60));
        Assert.Equal(Count, handler.Ids.Count());
        if (!KeepsOrder) return;
        foreach (var partition in handler.Jobs.All.GroupBy(handled => handled.Job.Lane.Partition))
            Assert.Equal(partition.Select(handled => handled.Job.Id).Order(StringComparer.Ordinal), partition.Select(handled => handled.Job.Id));
    }

    [Fact]
    public async Task A_finished_job_is_not_handed_out_again()
    {
        var (queue, handler) = await OpenAsync();
        for (var i = 0; i < 20; i++) queue.Enqueue(NewJob(i % 3, id: Name(i)));
        await handler.DistinctAsync(20, TimeSpan.FromSeconds(30));
        await Eventually.EqualAsync(0L, () => Task.FromResult(queue.Unstored), "jobs that are not stored", TimeSpan.FromSeconds(30));
        await StopAsync(queue);
        if (!IsDurable) return;
        var (next, again) = await OpenAsync();
        next.Enqueue(NewJob(0, id: "last"));
        await again.Jobs.FirstAsync(handled => handled.Job.Id == "last", "the next job", Takeover);
        Assert.Equal(["last"], again.Ids);
    }

    [Fact]
    public async Task A_job_that_is_given_up_is_listed_counted_and_replayed()
    {
        var (queue, handler) = await OpenAsync(static job =>
        {
            if (job.EnqueuedAt > 1_000_000) job.Complete();
            else job.DeadLetter(DeadLetterReason.Expired);
        });
        for (var i = 0; i < 6; i++) queue.Enqueue(NewJob(i, id: Name(i)) with { EnqueuedAt = i });
        queue.Enqueue(NewJob(0, appId: "news", id: "of-news") with { EnqueuedAt = 7 });
        await Eventually.EqualAsync(6L, () => queue.DeadLetters.CountAsync("shop", TestContext.Current.CancellationToken).AsTask(), "dead letters", TimeSpan.FromSeconds(30));
        var listed = await queue.DeadLetters.ListAsync("shop", 100, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, 6).Select(Name), listed.Select(letter => letter.Job.Id).Order(StringComparer.Ordinal));
        Assert.All(listed, letter => Assert.Equal((DeadLetterReason.Expired, "https://shop.example/hook"), (letter.Reason, letter.Job.Destination)));
        Assert.Equal(2, (await queue.DeadLetters.ListAsync("shop", 2, TestContext.Current.CancellationToken)).Count);
        await Eventually.EqualAsync(7, () => Task.FromResult(handler.Dead.All.Count), "jobs given up, that of the other app too", TimeSpan.FromSeconds(30));

        Assert.Equal(2, await queue.DeadLetters.ReplayAsync("shop", new HashSet<string> { Name(1), Name(4), "unknown" }, TestContext.Current.CancellationToken));
        await Eventually.EqualAsync(4L, () => queue.DeadLetters.CountAsync("shop", TestContext.Current.CancellationToken).AsTask(), "dead letters that are left");
        Assert.Equal(4, await queue.DeadLetters.ReplayAsync("shop", null, TestContext.Current.CancellationToken));
        await Eventually.EqualAsync(12, () => Task.FromResult(handler.Jobs.All.Count(handled => handled.Job.Lane.AppId == "shop")), "jobs handed out, once more each", TimeSpan.FromSeconds(30));
        Assert.Equal(0, await queue.DeadLetters.CountAsync("shop", TestContext.Current.CancellationToken));
        Assert.Equal(1, await queue.DeadLetters.CountAsync("news", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Dead_letters_are_bounded_and_the_oldest_make_room()
    {
        var (queue, _) = await OpenAsync(static job => job.DeadLetter(DeadLetterReason.Expired), new QueueOptions { MaxDeadLetters = 3 });
        for (var i = 0; i < 6; i++)
        {
            queue.Enqueue(NewJob(0, id: Name(i)));
            await Eventually.TrueAsync(async () => (await queue.DeadLetters.ListAsync("shop", 1, TestContext.Current.CancellationToken)) is [var youngest] && youngest.Job.Id == Name(i), $"job {i} given up", TimeSpan.FromSeconds(30));
        }

        var listed = await queue.DeadLetters.ListAsync("shop", 100, TestContext.Current.CancellationToken);
        Assert.Equal([Name(5), Name(4), Name(3)], listed.Select(letter => letter.Job.Id));
    }

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var queue in _open.ToArray()) await KillAsync(queue);
    }

    /// <summary>For drivers that bound their jobs themselves; a service's own limits are its own affair.</summary>
    private protected async Task DestinationGetsAQuarter()
    {
        var (queue, handler) = await OpenAsync(static _ => { }, new QueueOptions { MaxJobs = 40 });
        for (var i = 0; i < 15; i++) await StoreAsync(queue, NewJob(0, id: Name(i)));
        await Eventually.EqualAsync(5, () => Task.FromResult(handler.Dead.All.Count), "jobs given up", TimeSpan.FromSeconds(30));
        Assert.All(handler.Dead.All, dead => Assert.Equal(DeadLetterReason.DestinationFull, dead.Reason));
        for (var i = 0; i < 40; i++) await StoreAsync(queue, NewJob(0, appId: $"app-{i}", id: $"other-{i}"));
        await Eventually.EqualAsync(15, () => Task.FromResult(handler.Dead.All.Count), "jobs given up because the queue was full", TimeSpan.FromSeconds(30));
        Assert.Equal(10, handler.Dead.All.Count(dead => dead.Reason == DeadLetterReason.QueueFull));
        var letter = (await queue.DeadLetters.ListAsync("shop", 1, TestContext.Current.CancellationToken))[0];
        Assert.Equal((DeadLetterReason.DestinationFull, Name(14)), (letter.Reason, letter.Job.Id));

        // What is finished makes room.
        await Eventually.EqualAsync(40, () => Task.FromResult(handler.Jobs.All.Count), "jobs handed out", TimeSpan.FromSeconds(30));
        foreach (var handled in handler.Jobs.All) handled.Job.Complete();
        await SettledAsync();
        queue.Enqueue(NewJob(0, id: "room"));
        await handler.Jobs.FirstAsync(handled => handled.Job.Id == "room", "a job in the room that was made", TimeSpan.FromSeconds(30));
    }

    /// <summary>A queue on the test's store.</summary>
    private protected abstract IJobQueue Create(QueueOptions options);

    /// <summary>Waits until what was said of jobs has reached the store.</summary>
    private protected virtual Task SettledAsync() => Task.CompletedTask;

    /// <summary>Ends a node as a crash does.</summary>
    private protected virtual async Task KillAsync(IJobQueue queue)
    {
        _open.Remove(queue);
        if (queue is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }

    private protected async Task<(IJobQueue Queue, HandledJobs Handler)> OpenAsync(Action<QueuedJob>? work = null, QueueOptions? options = null)
    {
        var queue = Create(options ?? new QueueOptions());
        var handler = new HandledJobs($"node {_open.Count}");
        if (work is not null) handler.Work = work;
        _open.Add(queue);
        await queue.StartAsync(handler, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => Task.FromResult(queue.IsAvailable), "the queue is available");
        return (queue, handler);
    }

    private protected async Task StopAsync(IJobQueue queue)
    {
        await queue.FlushAsync(TestContext.Current.CancellationToken);
        await queue.StopAsync();
        await KillAsync(queue);
    }

    private protected static async Task StoreAsync(IJobQueue queue, Job job)
    {
        queue.Enqueue(job);
        await Eventually.EqualAsync(0L, () => Task.FromResult(queue.Unstored), "jobs that are not stored");
    }

    private protected Job NewJob(int partition, string appId = "shop", string? id = null, string body = "{\"time_ms\":1,\"events\":[]}") => new()
    {
        Id = id ?? Guid.NewGuid().ToString("N"),
        AppId = appId,
        Destination = $"https://{appId}.example/hook",
        Partition = partition,
        EnqueuedAt = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + Interlocked.Increment(ref _enqueued),
        Body = Encoding.UTF8.GetBytes(body),
    };

    private protected static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"job-{number:0000}");
}
