using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Sockudo.Server.Adapters.Outside;
using Sockudo.Server.Apps;
using Sockudo.Server.Hosting;
using Sockudo.Server.Metrics;
using Sockudo.Server.Queueing;
using Sockudo.Server.Webhooks;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Unit.Webhooks;

/// <summary>Other nodes hear what was told when the queue has it, not before.</summary>
public sealed class StoredAnnouncementsTests
{
    private static readonly App Shop = new()
    {
        Id = "shop",
        Key = "k",
        Secret = "s",
        Webhooks = new AppWebhooks([new WebhookEndpoint { Url = new Uri("https://shop.example/hook"), Events = WebhookEventTypes.ChannelOccupied }]),
    };

    [Fact]
    public async Task What_waits_in_a_batch_or_for_the_broker_is_not_announced()
    {
        var time = new FakeTimeProvider();
        var options = Options.Create(new WebhookOptions { BatchingDurationMs = 50 });
        using var metrics = new ServerMetrics();
        var events = new WebhookEvents(new WebhookMetrics(metrics), options, time);
        var queue = new HeldQueue();
        var batcher = new WebhookBatcher(events, queue, options, time, NullLogger<WebhookBatcher>.Instance);
        var others = new Announced();
        var announcements = new StoredAnnouncements(others, () => events.Sequence, () => batcher.StoredUpTo, static () => true, time);
        var running = batcher.RunAsync();

        Tell("first");
        await Eventually.TrueAsync(() => Task.FromResult(events.Count == 0), "the event is in a batch");
        announcements.AnnounceStored();
        Assert.Empty(others.Names);

        await Eventually.TrueAsync(() => Task.FromResult(Advance()), "the batch is a job");
        announcements.AnnounceStored();
        Assert.Empty(others.Names);

        Tell("second");
        await Eventually.TrueAsync(() => Task.FromResult(events.Count == 0), "the second event is in a batch");
        queue.Store();
        await Eventually.TrueAsync(() => Task.FromResult(batcher.StoredUpTo == 1), "the first job is stored");
        announcements.AnnounceStored();
        Assert.Equal(["first"], others.Names);

        events.Close();
        await running.WithinAsync("the end of the batcher");
        queue.Store();

        void Tell(string channel)
        {
            events.ChannelOccupied(Shop, channel);
            announcements.AnnounceTold(new TransitionKey(TransitionKind.Channel, "shop", channel, ""), isOn: true);
        }

        bool Advance()
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
            return queue.Unstored == 1;
        }
    }

    [Fact]
    public void No_silence_is_taken_for_having_told_while_the_queue_is_away_and_ten_seconds_after()
    {
        var time = new FakeTimeProvider();
        var canStore = true;
        var announcements = new StoredAnnouncements(new Announced { Owns = false }, static () => 0, static () => 0, () => canStore, time);
        Assert.False(announcements.IsOwner("shop", "news", 60_000, 60_000));

        canStore = false;
        announcements.AnnounceStored();
        Assert.Null(announcements.IsOwner("shop", "news", 60_000, 60_000));

        canStore = true;
        time.Advance(TimeSpan.FromSeconds(10));
        announcements.AnnounceStored();
        Assert.Null(announcements.IsOwner("shop", "news", 60_000, 60_000));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(announcements.IsOwner("shop", "news", 60_000, 60_000));
    }

    [Fact]
    public void An_app_that_has_much_to_announce_keeps_its_order_and_makes_no_other_say_anything_early()
    {
        var others = new Announced();
        var stored = 0L;
        var announcements = new StoredAnnouncements(others, static () => 1, () => stored, static () => true, new FakeTimeProvider());
        var one = StoredAnnouncements.NoteBytes + (2 * 200);
        var fits = (int)(StoredAnnouncements.MaxBytes / 2 / one);
        announcements.AnnounceTold(new TransitionKey(TransitionKind.Channel, "quiet", "quiet", ""), isOn: true);
        for (var i = 0; i < fits + 10; i++) announcements.AnnounceTold(new TransitionKey(TransitionKind.Channel, "loud", $"{i:D200}", ""), isOn: true);

        Assert.InRange(others.Names.Count, 10, 12);
        Assert.DoesNotContain("quiet", others.Names);
        stored = 1;
        announcements.AnnounceStored();
        Assert.Equal(fits + 11, others.Names.Count);
        Assert.Equal(Enumerable.Range(0, fits + 10).Select(static i => $"{i:D200}"), others.Names.Where(static name => name != "quiet"));
    }

    private sealed class Announced : IOwnership
    {
        public List<string> Names { get; } = [];

        public bool? Owns { get; init; } = true;

        public long SettledAfterMs => 0;

        public bool IsAlone => false;

        public bool IsJoined => true;

        public bool IsNew => false;

        public bool? IsOwner(string appId, string name, long ageMs, long dueForMs) => Owns;

        public bool IsTrue(TransitionKey key) => true;

        public bool DoesOwnerKnow(string appId, string name, long ageMs) => true;

        public Tellers TellersNow(string appId, string name) => default;

        public bool? HaveSaid(Tellers tellers, long agoMs) => true;

        public void AnnounceTold(TransitionKey key, bool isOn) => Names.Add(key.Channel);

        public void HandOver(TransitionKey key, bool isOn) => Names.Add(key.Channel);

        public void AnnounceUntold(TransitionKey key) => Names.Add(key.Channel);
    }

    /// <summary>A queue whose broker is away until it is told that it took everything.</summary>
    private sealed class HeldQueue : IJobQueue
    {
        private readonly Lock _gate = new();
        private readonly List<Job> _held = [];

        public string Driver => "held";

        public bool IsDurable => true;

        public long Depth => Unstored;

        public long Unstored
        {
            get
            {
                lock (_gate) return _held.Count;
            }
        }

        public long? OldestUnstored
        {
            get
            {
                lock (_gate) return _held.Count == 0 ? null : _held.Min(job => job.Sequence);
            }
        }

        public bool IsAvailable => false;

        public IDeadLetters DeadLetters => throw new NotSupportedException();

        public void Enqueue(Job job)
        {
            lock (_gate) _held.Add(job);
        }

        public void Store()
        {
            lock (_gate) _held.Clear();
        }

        public Task StartAsync(IJobHandler handler, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync() => Task.CompletedTask;
    }
}
