using Microsoft.Extensions.Options;
using Sockudo.Server.Apps;
using Sockudo.Server.Metrics;
using Sockudo.Server.Webhooks;
using Xunit;

namespace Sockudo.Tests.Unit.Webhooks;

/// <summary>How much of what waits to be batched one app may have.</summary>
public sealed class WebhookEventsTests : IDisposable
{
    private readonly ServerMetrics _metrics = new();
    private readonly WebhookEvents _events;

    public WebhookEventsTests() => _events = new WebhookEvents(new WebhookMetrics(_metrics), Options.Create(new WebhookOptions { Enabled = true }), TimeProvider.System);

    public void Dispose() => _metrics.Dispose();

    [Fact]
    public void However_much_the_clients_of_one_app_do_the_events_of_another_are_kept()
    {
        var (noisy, quiet) = (NewApp("noisy"), NewApp("quiet"));
        for (var i = 0; i < WebhookEvents.Capacity + 1000; i++) _events.CacheMiss(noisy, "cache-room");
        for (var i = 0; i < 1000; i++) _events.MemberAdded(quiet, "presence-room", $"{i}");
        var kept = ReadAll();

        Assert.Equal((WebhookEvents.Capacity / 2, 1000), (kept.Count(noted => noted.App == noisy), kept.Count(noted => noted.App == quiet)));
    }

    [Fact]
    public void What_was_taken_makes_room()
    {
        var app = NewApp("noisy");
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < WebhookEvents.Capacity; i++) _events.CacheMiss(app, "cache-room");

            Assert.Equal(WebhookEvents.Capacity / 2, ReadAll().Count);
        }
    }

    [Fact]
    public void The_bytes_of_one_app_are_bounded_too()
    {
        var (noisy, quiet) = (NewApp("noisy"), NewApp("quiet"));
        var data = new byte[1024 * 1024];
        for (var i = 0; i < 100; i++) _events.ClientEvent(noisy, "private-room", "client-draw", data, default, null);
        for (var i = 0; i < 10; i++) _events.ClientEvent(quiet, "private-room", "client-draw", data, default, null);
        var kept = ReadAll();

        Assert.InRange(kept.Count(noted => noted.App == noisy), 30, 32);
        Assert.Equal(10, kept.Count(noted => noted.App == quiet));
    }

    [Fact]
    public void Texts_are_bytes_too_and_the_long_ids_of_one_app_leave_room_for_another()
    {
        var (noisy, quiet) = (NewApp("noisy"), NewApp("quiet"));
        var id = new string('u', 60_000);
        for (var i = 0; i < 2000; i++) _events.MemberAdded(noisy, "presence-room", id);
        for (var i = 0; i < 10; i++) _events.MemberAdded(quiet, "presence-room", id);
        var kept = ReadAll();

        Assert.InRange(kept.Count(noted => noted.App == noisy) * 120_000L, 1, WebhookEvents.MaxBytes / 2);
        Assert.Equal(10, kept.Count(noted => noted.App == quiet));
    }

    [Fact]
    public void Apps_take_turns_and_the_events_of_each_keep_their_order()
    {
        var (noisy, quiet) = (NewApp("noisy"), NewApp("quiet"));
        for (var i = 0; i < 1000; i++) _events.MemberAdded(noisy, "presence-room", $"{i}");
        for (var i = 0; i < 3; i++) _events.MemberAdded(quiet, "presence-room", $"{i}");
        var kept = ReadAll();

        Assert.Equal([1, 3, 5], kept.Index().Where(one => one.Item.App == quiet).Select(one => one.Index));
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"{i}"), kept.Where(noted => noted.App == noisy).Select(noted => noted.UserId));
    }

    [Fact]
    public void The_oldest_that_is_in_no_batch_is_known_whoevers_turn_it_is()
    {
        var (noisy, quiet) = (NewApp("noisy"), NewApp("quiet"));
        for (var i = 0; i < 3; i++) _events.CacheMiss(noisy, "cache-room");
        _events.CacheMiss(quiet, "cache-room");
        List<long?> oldest = [_events.OldestUnbatched];
        while (_events.TryTake(out _)) oldest.Add(_events.OldestUnbatched);

        Assert.Equal([1, 1, 2, 2, 3], oldest);
        Assert.Null(_events.OldestUnbatched);
    }

    private List<WebhookEvent> ReadAll()
    {
        var all = new List<WebhookEvent>();
        while (_events.TryTake(out var noted)) all.Add(noted);
        return all;
    }

    private static App NewApp(string id) => new()
    {
        Id = id,
        Key = id + "-key",
        Secret = "secret",
        Webhooks = new AppWebhooks([new WebhookEndpoint
        {
            Url = new Uri("https://backend.example/hooks"),
            Events = WebhookEventTypes.CacheMiss | WebhookEventTypes.MemberAdded | WebhookEventTypes.ClientEvent,
        }]),
    };
}
