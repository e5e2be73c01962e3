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

/// <summary>The queue in Redis streams: what it promises beside the conformance, on one server and on a cluster.</summary>
public abstract class RedisStreamsConformance(ITestOutputHelper output) : DurableQueueConformance(output)
{
    private protected string Prefix { get; } = $"queue-{Guid.NewGuid():N}:";

    private protected TestLog Log { get; } = new("the queues");

    private readonly List<RedisLink> _links = [];

    private protected abstract RedisConnectionFactory Connections { get; }

    /// <summary>A link as one node has it.</summary>
    private protected RedisLink NewLink(RedisConnectionFactory connections)
    {
        var link = new RedisLink(connections, "webhook queue", TimeProvider.System, Log.CreateLogger<RedisLink>());
        lock (_links) _links.Add(link);
        return link;
    }

    private protected override IJobQueue Create(QueueOptions options) =>
        new RedisJobQueue(NewLink(Connections), Prefix, options, TimeProvider.System, Log.CreateLogger<RedisJobQueue>());

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var link in _links) await link.DisposeAsync();
        if (TestContext.Current.TestState?.Result == TestResult.Failed) Output.WriteLine(Log.Text);
        GC.SuppressFinalize(this);
    }

    private protected override async Task SettledAsync()
    {
        await using var connection = await Connections.ConnectAsync(TestContext.Current.CancellationToken);
        var database = connection.Multiplexer.GetDatabase();
        long last = -1;
        await Eventually.TrueAsync(async () =>
        {
            var now = 0L;
            for (var i = 0; i < JobPartitions.Count; i++) now += await database.StreamLengthAsync(new RedisQueueKeys(Prefix, i).Jobs);
            return now == Interlocked.Exchange(ref last, now);
        }, "the streams are still");
    }

    [Fact]
    public Task A_destination_gets_a_quarter_of_the_room_and_the_rest_are_dead_letters_with_their_reason() => DestinationGetsAQuarter();

    [Fact]
    public async Task Keys_begin_with_the_prefix_and_none_is_left_of_jobs_that_are_finished()
    {
        var (queue, handler) = await OpenAsync();
        for (var i = 0; i < 30; i++) queue.Enqueue(NewJob(i % JobPartitions.Count, id: Name(i)));
        await handler.DistinctAsync(30);
        await StopAsync(queue);
        await using var connection = await Connections.ConnectAsync(TestContext.Current.CancellationToken);
        var database = connection.Multiplexer.GetDatabase();
        for (var i = 0; i < JobPartitions.Count; i++)
        {
            var keys = new RedisQueueKeys(Prefix, i);
            Assert.Equal(0, await database.StreamLengthAsync(keys.Jobs));
            Assert.Equal(0, (await database.StreamPendingAsync(keys.Jobs, RedisQueueContext.Group)).PendingMessageCount);
            Assert.False(await database.KeyExistsAsync(keys.Room));
            Assert.False(await database.KeyExistsAsync(keys.Lease));
        }
    }

    [Fact]
    public async Task A_body_that_was_let_go_of_is_read_again()
    {
        var (queue, handler) = await OpenAsync(static _ => { });
        queue.Enqueue(NewJob(0, body: """{"time_ms":1,"events":["kept"]}"""));
        var job = (await handler.Jobs.NextAsync()).Job;
        job.Unload();
        Assert.Equal("""{"time_ms":1,"events":["kept"]}"""u8.ToArray(), (await job.ReadAsync(TestContext.Current.CancellationToken))!.Value.ToArray());
    }

    [Fact]
    public async Task A_node_whose_lease_another_took_has_its_jobs_revoked()
    {
        var (queue, handler) = await OpenAsync(static _ => { });
        queue.Enqueue(NewJob(0));
        var job = (await handler.Jobs.NextAsync()).Job;
        await using var connection = await Connections.ConnectAsync(TestContext.Current.CancellationToken);
        await connection.Multiplexer.GetDatabase().StringSetAsync(new RedisQueueKeys(Prefix, 0).Lease, "another", TimeSpan.FromSeconds(3));
        await Eventually.TrueAsync(() => Task.FromResult(job.Revoked.IsCancellationRequested), "the job is revoked");

        // The other's lease ends without a word: the job comes back, its attempt counted.
        await Eventually.TrueAsync(() => Task.FromResult(handler.Jobs.All.Count == 2), "the job is handed out again");
        Assert.Equal((job.Id, 1), (handler.Jobs.All[1].Job.Id, handler.Jobs.All[1].Job.Attempts));
    }

    [Fact]
    public async Task What_somebody_else_wrote_into_a_stream_is_passed_over()
    {
        await using var connection = await Connections.ConnectAsync(TestContext.Current.CancellationToken);
        var key = new RedisQueueKeys(Prefix, 0).Jobs;
        await connection.Multiplexer.GetDatabase().StreamAddAsync(key, [new("nonsense", "1"), new("at", "yesterday")]);
        var (queue, handler) = await OpenAsync();
        queue.Enqueue(NewJob(0, id: "good"));
        await handler.Jobs.NextAsync();
        Assert.Equal(["good"], handler.Ids);
        await Eventually.EqualAsync(0L, () => connection.Multiplexer.GetDatabase().StreamLengthAsync(key), "entries of the stream");
    }
}

/// <summary>One Redis server.</summary>
public sealed class RedisQueueTests(RedisQueueTests.Fixture fixture, ITestOutputHelper output) : RedisStreamsConformance(output), IClassFixture<RedisQueueTests.Fixture>
{
    private protected override RedisConnectionFactory Connections => fixture.Connections;

    [Fact]
    public async Task A_broker_restarted_with_its_file_loses_and_repeats_nothing_that_was_written()
    {
        await using var own = new RedisServer(["--appendonly", "yes", "--appendfsync", "always"]);
        await own.StartAsync();
        var connections = Fixture.ConnectionsTo(own);
        await using var queue = new RedisJobQueue(NewLink(connections), Prefix, new QueueOptions(), TimeProvider.System, Log.CreateLogger<RedisJobQueue>());
        var handler = new HandledJobs();
        await queue.StartAsync(handler, TestContext.Current.CancellationToken);
        for (var i = 0; i < 100; i++) queue.Enqueue(NewJob(0, id: Name(i)));
        await handler.DistinctAsync(100);
        await own.Process.KillAsync();
        for (var i = 100; i < 300; i++) queue.Enqueue(NewJob(0, id: Name(i)));
        Assert.Equal(200, queue.Unstored);
        await own.StartAsync();
        await handler.DistinctAsync(300, TimeSpan.FromSeconds(30));
        await Eventually.EqualAsync(0L, () => Task.FromResult(queue.Unstored), "jobs not stored");
        Assert.Equal(Enumerable.Range(0, 300).Select(Name), handler.Ids.Distinct());
        Output.WriteLine($"handed out again over the restart: {handler.Ids.Count() - 300}");
    }

    [Fact]
    public async Task A_user_with_the_rights_that_the_page_names_is_enough()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryLayout.Root, "docs/webhooks.md"));
        var begin = page.IndexOf("`-@all +", StringComparison.Ordinal) + 1;
        var rights = page[begin..page.IndexOf('`', begin)].Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        await using var own = new RedisServer(["--user", "default", "off", "--user", "queue", "on", ">secret", $"~{Prefix}*", "resetchannels", .. rights]);
        await own.StartAsync();
        var connections = new RedisConnectionFactory(
            RedisTargetResolver.Server(new RedisConnectionOptions { Url = string.Create(CultureInfo.InvariantCulture, $"redis://queue:secret@127.0.0.1:{own.Port}") }), TimeProvider.System);
        await using var queue = new RedisJobQueue(NewLink(connections), Prefix, new QueueOptions(), TimeProvider.System, Log.CreateLogger<RedisJobQueue>());
        var handler = new HandledJobs { Work = static job => FailThenGiveUp(job) };
        await queue.StartAsync(handler, TestContext.Current.CancellationToken);
        queue.Enqueue(NewJob(0, id: "first"));
        await Eventually.TrueAsync(async () => queue.IsAvailable && await queue.DeadLetters.CountAsync("shop", TestContext.Current.CancellationToken) == 1, "a dead letter", TimeSpan.FromSeconds(30), () => Log.Text);
        handler.Work = static job => job.Complete();
        Assert.Equal(1, await queue.DeadLetters.ReplayAsync("shop", null, TestContext.Current.CancellationToken));
        await Eventually.EqualAsync(2, () => Task.FromResult(handler.Jobs.Count), "times the job was handed out", TimeSpan.FromSeconds(30));
        Assert.DoesNotContain("NOPERM", Log.Text, StringComparison.Ordinal);

        static void FailThenGiveUp(QueuedJob job)
        {
            job.Failed();
            job.Unload();
            job.DeadLetter(DeadLetterReason.Expired);
        }
    }

    [Fact]
    public async Task A_broker_that_is_away_makes_jobs_wait_and_what_finds_no_room_a_dead_letter_of_the_process()
    {
        await using var own = new RedisServer();
        var connections = Fixture.ConnectionsTo(own);
        await using var queue = new RedisJobQueue(NewLink(connections), Prefix, new QueueOptions { MaxJobs = 40 }, TimeProvider.System, Log.CreateLogger<RedisJobQueue>());
        var handler = new HandledJobs();
        await queue.StartAsync(handler, TestContext.Current.CancellationToken);
        for (var i = 0; i < 12; i++) queue.Enqueue(NewJob(0, id: Name(i)));
        Assert.Equal((10, false), (queue.Unstored, queue.IsAvailable));
        Assert.Equal([DeadLetterReason.BrokerAway, DeadLetterReason.BrokerAway], handler.Dead.All.Select(dead => dead.Reason));
        await Assert.ThrowsAsync<QueueUnavailableException>(() => queue.DeadLetters.CountAsync("shop", TestContext.Current.CancellationToken).AsTask());
        await own.StartAsync();
        await handler.DistinctAsync(10, TimeSpan.FromSeconds(30));
        await using var connection = await connections.ConnectAsync(TestContext.Current.CancellationToken);
        await Eventually.EqualAsync(0L, () => connection.Multiplexer.GetDatabase().StreamLengthAsync(new RedisQueueKeys(Prefix, 0).Jobs), "jobs that are not settled");
        // The room of a job is free when the answer of its writing is seen, which may be after the job was handed out.
        await Eventually.TrueAsync(() => queue.Unstored == 0, "nothing waits in the process");
        Assert.Equal(2, await queue.DeadLetters.CountAsync("shop", TestContext.Current.CancellationToken));
        Assert.Equal(2, await queue.DeadLetters.ReplayAsync("shop", null, TestContext.Current.CancellationToken));
        await handler.DistinctAsync(12, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_redis_that_is_there_and_refuses_makes_the_queue_unavailable_until_it_takes_jobs_again()
    {
        await using var own = new RedisServer();
        await own.StartAsync();
        await using var operatorsOwn = await ConnectionMultiplexer.ConnectAsync(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{own.Port},allowAdmin=true"));
        await using var queue = new RedisJobQueue(NewLink(Fixture.ConnectionsTo(own)), Prefix, new QueueOptions(), TimeProvider.System, Log.CreateLogger<RedisJobQueue>());
        var handler = new HandledJobs { Work = static _ => { } };
        await queue.StartAsync(handler, TestContext.Current.CancellationToken);
        for (var i = 0; i < 3; i++) queue.Enqueue(NewJob(0, id: Name(i)));
        await handler.DistinctAsync(3, TimeSpan.FromSeconds(30));
        Assert.True(queue.IsAvailable);

        await operatorsOwn.GetDatabase().ExecuteAsync("CONFIG", "SET", "maxmemory", "1");
        queue.Enqueue(NewJob(0, id: "full"));
        await Eventually.TrueAsync(() => !queue.IsAvailable && queue.Unstored == 1, "the queue says that it cannot store", state: () => Log.Text);

        // What is there is delivered all the same, or there would never be room again.
        handler.Jobs.All[0].Job.Complete();
        handler.Jobs.All[1].Job.DeadLetter(DeadLetterReason.Expired);
        await Eventually.EqualAsync(1L, () => operatorsOwn.GetDatabase().StreamLengthAsync(new RedisQueueKeys(Prefix, 0).Jobs), "jobs that are left");
        Assert.Equal(1, await queue.DeadLetters.CountAsync("shop", TestContext.Current.CancellationToken));
        Assert.False(handler.Jobs.All[2].Job.Revoked.IsCancellationRequested);

        await operatorsOwn.GetDatabase().ExecuteAsync("CONFIG", "SET", "maxmemory", "0");
        await handler.DistinctAsync(4, TimeSpan.FromSeconds(30));
        await Eventually.TrueAsync(() => queue.IsAvailable, "the queue can store again");
    }

    [Fact]
    public async Task A_term_ends_with_its_lease_when_redis_does_not_answer()
    {
        await using var own = new RedisServer();
        await own.StartAsync();
        await using var queue = new RedisJobQueue(NewLink(Fixture.ConnectionsTo(own)), Prefix, new QueueOptions(), TimeProvider.System, Log.CreateLogger<RedisJobQueue>());
        var handler = new HandledJobs { Work = static _ => { } };
        await queue.StartAsync(handler, TestContext.Current.CancellationToken);
        queue.Enqueue(NewJob(0));
        var job = (await handler.Jobs.NextAsync()).Job;
        var revoked = new TaskCompletionSource();
        await using var registration = job.Revoked.Register(revoked.SetResult);

        own.Process.Freeze();
        var frozen = TimeProvider.System.GetTimestamp();
        await revoked.Task.WithinAsync("the end of the term", TimeSpan.FromSeconds(30));
        var took = TimeProvider.System.GetElapsedTime(frozen);
        own.Process.Thaw();
        Output.WriteLine($"revoked {took.TotalSeconds:0.00} s after Redis froze; the lease is {RedisQueueTiming.Lease.TotalSeconds} s");

        // It was asked for before; what is above is the machine's.
        Assert.InRange(took, TimeSpan.FromSeconds(2), RedisQueueTiming.Lease + TimeSpan.FromSeconds(5));
    }

    public sealed class Fixture : IAsyncLifetime
    {
        private readonly RedisServer _server = new();

        internal RedisConnectionFactory Connections => ConnectionsTo(_server);

        internal static RedisConnectionFactory ConnectionsTo(RedisServer server) => new(
            RedisTargetResolver.Server(new RedisConnectionOptions { Url = string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{server.Port}"), CommandTimeoutMs = 2000 }), TimeProvider.System);

        public async ValueTask InitializeAsync() => await _server.StartAsync();

        public ValueTask DisposeAsync() => _server.DisposeAsync();
    }
}

/// <summary>Three masters and three replicas.</summary>
public sealed class RedisClusterQueueTests(RedisClusterQueueTests.Fixture fixture, ITestOutputHelper output) : RedisStreamsConformance(output), IClassFixture<RedisClusterQueueTests.Fixture>
{
    private protected override RedisConnectionFactory Connections => fixture.Connections;

    public sealed class Fixture : IAsyncLifetime
    {
        private readonly RedisClusterSet _cluster = new();

        internal RedisConnectionFactory Connections => new(
            RedisTargetResolver.Cluster(
                new RedisConnectionOptions { Password = RedisClusterSet.Password, CommandTimeoutMs = 2000 },
                [.. _cluster.Servers.Select(server => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{server.Port}"))]),
            TimeProvider.System);

        public async ValueTask InitializeAsync() => await _cluster.StartAsync();

        public ValueTask DisposeAsync() => _cluster.DisposeAsync();
    }
}
