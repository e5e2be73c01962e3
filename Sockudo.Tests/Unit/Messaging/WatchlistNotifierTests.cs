using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Messaging;

public sealed class WatchlistNotifierTests : IDisposable
{
    private readonly Node _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_watcher_first_learns_who_is_online_and_who_is_not()
    {
        _node.Connect().SignIn("8");

        Assert.Equal(
            """{"event":"pusher_internal:watchlist_events","data":{"events":[{"name":"online","user_ids":["8"]},{"name":"offline","user_ids":["9"]}]}}""",
            _node.Connect().Quietly().SignIn("7", "8", "9").News[1]);
    }

    [Fact]
    public void A_watcher_learns_of_a_users_first_and_last_socket_only()
    {
        var watcher = _node.Connect().SignIn("7", "8").Quietly();
        var (first, second) = (_node.Connect().SignIn("8"), _node.Connect().SignIn("8"));
        first.Disconnect();
        second.Disconnect();

        Assert.Equal(
            [
                """{"event":"pusher_internal:watchlist_events","data":{"events":[{"name":"online","user_ids":["8"]}]}}""",
                """{"event":"pusher_internal:watchlist_events","data":{"events":[{"name":"offline","user_ids":["8"]}]}}""",
            ],
            watcher.News);
    }

    [Fact]
    public void A_user_that_watches_itself_is_online() =>
        Assert.Contains("""{"name":"online","user_ids":["7"]}""", _node.Connect().Quietly().SignIn("7", "7").News[1], StringComparison.Ordinal);

    [Fact]
    public void A_new_sign_in_replaces_the_watchlist()
    {
        var watcher = _node.Connect().SignIn("7", "8").SignIn("7", "9").Quietly();
        _node.Connect().SignIn("8");
        _node.Connect().SignIn("9");

        Assert.Contains("\"9\"", Assert.Single(watcher.News), StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_named_twice_is_told_once() =>
        Assert.Contains("""[{"name":"offline","user_ids":["8"]}]""", _node.Connect().Quietly().SignIn("7", "8", "8").News[1], StringComparison.Ordinal);

    [Fact]
    public void A_watcher_that_went_is_told_nothing()
    {
        var watcher = _node.Connect().SignIn("7", "8").Quietly();
        watcher.Disconnect();
        _node.Connect().SignIn("8");

        Assert.Empty(watcher.News);
    }

    [Fact]
    public void Without_watchlist_events_nothing_is_told() =>
        Assert.Equal(["pusher:signin_success"], _node.Connect(TestApps.Default with { EnableWatchlistEvents = false }).Quietly().SignIn("7", "8").NewEvents);

    [Fact]
    public void Users_of_another_app_with_the_same_id_are_others()
    {
        var watcher = _node.Connect().SignIn("7", "8").Quietly();
        _node.Connect(TestApps.Default with { Id = "other", Key = "other-key" }).SignIn("8");

        Assert.Empty(watcher.News);
    }

    [Fact]
    public async Task What_a_watcher_was_told_last_is_the_truth_under_concurrent_sign_ins()
    {
        var watcher = _node.Connect().SignIn("w", "8");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 500; i++) _node.Connect().SignIn("8").Disconnect();
        }))).DeadlineAsync();
        var stay = _node.Connect().SignIn("8");
        var told = watcher.News.Where(static text => text.Contains("watchlist_events", StringComparison.Ordinal)).Select(static text => text.Contains("online", StringComparison.Ordinal)).ToArray();

        for (var i = 0; i < told.Length; i++) Assert.Equal(i % 2 == 1, told[i]);
        Assert.True(told[^1]);
        stay.Disconnect();
    }
}
