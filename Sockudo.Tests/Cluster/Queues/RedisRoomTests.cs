using System.Globalization;
using Microsoft.Extensions.Logging;
using Sockudo.Server.Queueing;
using Sockudo.Server.Queueing.Redis;
using Sockudo.Server.RedisConnections;
using Sockudo.Tests.Cluster.Backplanes;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;
using StackExchange.Redis;
using Xunit;

namespace Sockudo.Tests.Cluster.Queues;

/// <summary>How many bytes the queue may have in Redis, and that what it reckons with is what there is.</summary>
public sealed class RedisRoomTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const long MaxBytes = 16L << 20;
    private const string Prefix = "room:";

    private readonly RedisServer _server = new();
    private readonly TestLog _log = new("the queues");

    private readonly List<RedisLink> _links = [];

    private IDatabase _database = null!;
    private ConnectionMultiplexer _connection = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        _connection = await ConnectionMultiplexer.ConnectAsync(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_server.Port},allowAdmin=true"));
        _database = _connection.GetDatabase();
    }

    public async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed) output.WriteLine(_log.Text);
        foreach (var link in _links) await link.DisposeAsync();
        await _connection.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task The_events_of_a_dead_endpoint_take_no_more_of_redis_than_their_share_and_what_is_refused_is_counted()
    {
        var before = await UsedMemoryAsync();
        var handler = new HandledJobs { Work = static job => job.Unload() };
        await using var queue = await OpenAsync(handler);
        for (var i = 0; i < 1500; i++)
        {
            queue.Enqueue(NewJob(i % JobPartitions.Count, i, 60_000));
            if (i % 100 == 99) await Eventually.EqualAsync(0L, () => Task.FromResult(queue.Unstored), "jobs not stored", TimeSpan.FromSeconds(60));
        }

        var used = await UsedMemoryAsync() - before;
        output.WriteLine($"1,500 jobs of 60 kB to one URL: Redis took {used / 1e6:0.0} MB; {handler.Dead.Count} were refused");
        Assert.InRange(await BytesAsync(), 1, MaxBytes / QueueRoom.Shares);
        Assert.InRange(used, 0, (MaxBytes / QueueRoom.Shares) + RedisQueueLimits.DeadBytesOfApp + (8 << 20));
        Assert.InRange(handler.Dead.Count, 1500 - (MaxBytes / QueueRoom.Shares / 60_000), 1499);
        Assert.All(handler.Dead.All, dead => Assert.Equal(DeadLetterReason.DestinationFull, dead.Reason));
        Assert.InRange(await queue.DeadLetters.CountAsync("shop", Cancel) * 60_000, 1, RedisQueueLimits.DeadBytesOfApp);
        var listed = await queue.DeadLetters.ListAsync("shop", 1000, Cancel);
        Assert.InRange(listed.Sum(letter => (long)letter.Job.Size), 1, DeadLetterPage.MostBytes);
        Assert.Equal(listed.OrderByDescending(letter => letter.DiedAt).Select(letter => letter.DiedAt), listed.Select(letter => letter.DiedAt));
    }

    [Fact]
    public async Task Another_app_finds_its_share_while_one_has_all_of_its_own_and_all_together_have_no_more_than_there_is()
    {
        var handler = new HandledJobs { Work = static job => job.Unload() };
        await using var queue = await OpenAsync(handler);
        for (var app = 0; app < 6; app++)
        {
            for (var i = 0; i < 20; i++) queue.Enqueue(NewJob(0, i, 60_000, $"app-{app}"));
        }

        await Eventually.EqualAsync(0L, () => Task.FromResult(queue.Unstored), "jobs not stored", TimeSpan.FromSeconds(60));
        var refused = handler.Dead.All.GroupBy(dead => dead.Reason).ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal([DeadLetterReason.DestinationFull, DeadLetterReason.QueueFull], refused.Keys.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(handler.Dead.All, dead => dead.Target.AppId == "app-1" && dead.Reason == DeadLetterReason.QueueFull);
        Assert.InRange(await BytesAsync(), 1, MaxBytes / JobPartitions.Count);
    }

    [Fact]
    public async Task What_is_settled_gives_its_bytes_back_once_however_often_it_is_settled()
    {
        var handler = new HandledJobs { Work = static _ => { } };
        await using (var queue = await OpenAsync(handler))
        {
            for (var i = 0; i < 10; i++) queue.Enqueue(NewJob(0, i, 1000));
            await handler.DistinctAsync(10, TimeSpan.FromSeconds(30));
            var jobs = handler.Jobs.All;
            for (var i = 0; i < 5; i++)
            {
                jobs[i].Job.Complete();
                jobs[i].Job.DeadLetter(DeadLetterReason.Expired);
            }

            await Eventually.EqualAsync(5L, () => _database.StreamLengthAsync(Keys(0).Jobs), "jobs that are left", TimeSpan.FromSeconds(30));
            await Eventually.EqualAsync(await TrueBytesAsync(), BytesAsync, "bytes that are reckoned with", TimeSpan.FromSeconds(30));
            foreach (var one in handler.Jobs.All) one.Job.Complete();
            await Eventually.EqualAsync(0L, () => _database.StreamLengthAsync(Keys(0).Jobs), "jobs that are left", TimeSpan.FromSeconds(30));
            await Eventually.TrueAsync(async () => !await _database.KeyExistsAsync(Keys(0).Room), "no room is taken", TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public async Task Entries_of_a_version_that_counted_no_bytes_are_counted_when_the_partition_is_read()
    {
        await WriteOldAsync(70, 2000);
        await using var queue = await OpenAsync(new HandledJobs { Work = static _ => { } });
        await Eventually.TrueAsync(async () => await BytesAsync() == await TrueBytesAsync(), "what is reckoned with is what there is", TimeSpan.FromSeconds(30));
        Assert.Equal(70, (long)await _database.HashGetAsync(Keys(0).Room, "shop\nhttps://shop.example/hook"));
    }

    [Fact]
    public async Task What_is_settled_while_it_is_counted_is_counted_neither_too_often_nor_too_seldom()
    {
        await WriteOldAsync(200, 500);
        await using var queue = await OpenAsync(new HandledJobs { Work = static job => { if (job.Id.EndsWith('7')) job.Complete(); } });
        await Eventually.EqualAsync(180L, () => _database.StreamLengthAsync(Keys(0).Jobs), "jobs that are left", TimeSpan.FromSeconds(30));
        await Eventually.TrueAsync(async () => await BytesAsync() == await TrueBytesAsync(), "what is reckoned with is what there is", TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_counter_that_is_wrong_is_right_again_with_the_next_holder_of_the_lease()
    {
        await using (var first = await OpenAsync(new HandledJobs { Work = static _ => { } }))
        {
            for (var i = 0; i < 5; i++) first.Enqueue(NewJob(0, i, 1000));
            await Eventually.EqualAsync(5L, () => _database.StreamLengthAsync(Keys(0).Jobs), "jobs", TimeSpan.FromSeconds(30));
            await first.StopAsync();
        }

        await _database.HashIncrementAsync(Keys(0).Room, "b", 1_000_000_000);
        await _database.HashDeleteAsync(Keys(0).Room, "shop\nhttps://shop.example/hook");
        await using var next = await OpenAsync(new HandledJobs { Work = static _ => { } });
        await Eventually.TrueAsync(async () => await BytesAsync() == await TrueBytesAsync(), "what is reckoned with is what there is", TimeSpan.FromSeconds(30));
        Assert.Equal(5, (long)await _database.HashGetAsync(Keys(0).Room, "shop\nhttps://shop.example/hook"));
    }

    [Fact]
    public async Task Redis_killed_while_jobs_are_written_and_settled_reckons_with_what_there_is_afterwards()
    {
        await using var own = new RedisServer(["--appendonly", "yes", "--appendfsync", "always"]);
        await own.StartAsync();
        var done = 0;
        var handler = new HandledJobs { Work = job => { if (Interlocked.Increment(ref done) % 3 != 0) job.Complete(); } };
        await using var queue = new RedisJobQueue(NewLink(own), Prefix, new QueueOptions(), TimeProvider.System, _log.CreateLogger<RedisJobQueue>(), MaxBytes);
        await queue.StartAsync(handler, Cancel);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 100; i++) queue.Enqueue(NewJob(0, (round * 100) + i, 2000));
            await handler.DistinctAsync((round * 100) + 20, TimeSpan.FromSeconds(30));
            await own.Process.KillAsync();
            await own.StartAsync();
            await handler.DistinctAsync((round + 1) * 100, TimeSpan.FromSeconds(30));
        }

        await using var connection = await ConnectionMultiplexer.ConnectAsync(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{own.Port}"));
        await Eventually.TrueAsync(async () => queue.Unstored == 0 && await BytesAsync(connection.GetDatabase()) == await TrueBytesAsync(connection.GetDatabase()),
            "what is reckoned with is what there is", TimeSpan.FromSeconds(30), () => _log.Text);
    }

    [Fact]
    public async Task Dead_letters_of_a_version_that_counted_no_bytes_are_cut_to_their_share_with_the_next_one()
    {
        var key = Keys(0).Dead("shop");
        for (var i = 0; i < 300; i++)
            await _database.StreamAddAsync(key, [new("id", $"old-{i}"), new("app", "shop"), new("to", "https://shop.example/hook"), new("at", 1), new("body", new byte[60_000]), new("why", "expired"), new("tries", 1), new("died", i)]);
        await using var queue = await OpenAsync(new HandledJobs { Work = static job => job.DeadLetter(DeadLetterReason.Expired) });
        queue.Enqueue(NewJob(0, 1, 60_000));
        await Eventually.TrueAsync(async () => await _database.StreamLengthAsync(key) < 100, "the old ones made room", TimeSpan.FromSeconds(30));
        var share = RedisQueueLimits.DeadBytesOfApp / JobPartitions.Count;
        Assert.InRange(await _database.StreamLengthAsync(key) * 60_000, share / 2, share);
        Assert.Equal("job-1", (await queue.DeadLetters.ListAsync("shop", 1, Cancel))[0].Job.Id);
    }

    [Fact]
    public async Task What_a_replay_has_no_room_for_stays_a_dead_letter_in_its_order()
    {
        var handler = new HandledJobs { Work = static job => job.DeadLetter(DeadLetterReason.Expired) };
        await using var queue = await OpenAsync(handler);
        for (var i = 0; i < 12; i++)
        {
            queue.Enqueue(NewJob(0, i, 60_000));
            await Eventually.EqualAsync(i + 1L, () => queue.DeadLetters.CountAsync("shop", Cancel).AsTask(), "dead letters", TimeSpan.FromSeconds(30));
        }

        await Eventually.EqualAsync(0L, () => _database.StreamLengthAsync(Keys(0).Jobs), "jobs", TimeSpan.FromSeconds(30));
        handler.Work = static job => job.Unload();

        Assert.Equal(8, await queue.DeadLetters.ReplayAsync("shop", null, Cancel));
        Assert.Equal(["job-11", "job-10", "job-9", "job-8"], (await queue.DeadLetters.ListAsync("shop", 100, Cancel)).Select(letter => letter.Job.Id));
        Assert.Equal(0, await queue.DeadLetters.ReplayAsync("shop", null, Cancel));
        await Eventually.TrueAsync(async () => await BytesAsync() == await TrueBytesAsync(), "what is reckoned with is what there is", TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Dead_letters_that_die_again_at_once_are_replayed_once()
    {
        var handler = new HandledJobs { Work = static job => job.DeadLetter(DeadLetterReason.EndpointRemoved) };
        await using var queue = await OpenAsync(handler);
        for (var i = 0; i < 100; i++) queue.Enqueue(NewJob(0, i, 10));
        await Eventually.EqualAsync(100L, () => queue.DeadLetters.CountAsync("shop", Cancel).AsTask(), "dead letters", TimeSpan.FromSeconds(30));
        Assert.Equal(100, await queue.DeadLetters.ReplayAsync("shop", null, Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancel));
    }

    [Fact]
    public async Task A_replay_ends_when_nobody_waits_for_it()
    {
        await using var queue = await OpenAsync(new HandledJobs { Work = static job => job.DeadLetter(DeadLetterReason.Expired) });
        queue.Enqueue(NewJob(0, 1, 10));
        await Eventually.EqualAsync(1L, () => queue.DeadLetters.CountAsync("shop", Cancel).AsTask(), "dead letters", TimeSpan.FromSeconds(30));
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queue.DeadLetters.ReplayAsync("shop", null, gone.Token).AsTask());
        Assert.Equal(1, await queue.DeadLetters.CountAsync("shop", Cancel));
    }

    private static RedisQueueKeys Keys(int partition) => new(Prefix, partition);

    private RedisLink NewLink(RedisServer server)
    {
        var link = new RedisLink(RedisQueueTests.Fixture.ConnectionsTo(server), "webhook queue", TimeProvider.System, _log.CreateLogger<RedisLink>());
        _links.Add(link);
        return link;
    }

    private async Task<RedisJobQueue> OpenAsync(HandledJobs handler)
    {
        var queue = new RedisJobQueue(NewLink(_server), Prefix, new QueueOptions(), TimeProvider.System, _log.CreateLogger<RedisJobQueue>(), MaxBytes);
        await queue.StartAsync(handler, Cancel);
        await Eventually.TrueAsync(() => Task.FromResult(queue.IsAvailable), "the queue is available");
        return queue;
    }

    // As the version before wrote them: a number of jobs, no bytes.
    private async Task WriteOldAsync(int count, int bytes)
    {
        for (var i = 0; i < count; i++)
            await _database.StreamAddAsync(Keys(0).Jobs, [new("id", $"old-{i}"), new("app", "shop"), new("to", "https://shop.example/hook"), new("at", 1), new("body", new byte[bytes])]);
        await _database.HashIncrementAsync(Keys(0).Room, "shop\nhttps://shop.example/hook", count);
    }

    private Task<long> BytesAsync() => BytesAsync(_database);

    private Task<long> TrueBytesAsync() => TrueBytesAsync(_database);

    private static async Task<long> BytesAsync(IDatabase database)
    {
        var bytes = 0L;
        for (var i = 0; i < JobPartitions.Count; i++) bytes += (long)await database.HashGetAsync(Keys(i).Room, "b");
        return bytes;
    }

    private static async Task<long> TrueBytesAsync(IDatabase database)
    {
        var bytes = 0L;
        for (var i = 0; i < JobPartitions.Count; i++)
        {
            foreach (var entry in await database.StreamRangeAsync(Keys(i).Jobs))
                bytes += RedisRoomScripts.Overhead + entry["app"].Length() + entry["to"].Length() + entry["body"].Length();
        }

        return bytes;
    }

    private async Task<long> UsedMemoryAsync()
    {
        var info = await _connection.GetServer("127.0.0.1", _server.Port).InfoAsync("memory");
        return long.Parse(info.SelectMany(group => group).First(pair => pair.Key == "used_memory").Value, CultureInfo.InvariantCulture);
    }

    private static Job NewJob(int partition, int number, int bytes, string app = "shop") => new()
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"job-{number}"),
        AppId = app,
        Destination = $"https://{app}.example/hook",
        Partition = partition,
        EnqueuedAt = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
        Body = new byte[bytes],
    };
}
