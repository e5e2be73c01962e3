using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Conformance;

/// <summary>pusher-js's <c>user.watchlist</c>: who of the watched users is online.</summary>
public abstract class WatchlistSuite(ClientHost host, SharedServer shared, RealClients clients, ITestOutputHelper output)
    : RealClientTest(host, shared, clients, output)
{
    [Fact]
    public async Task Who_is_online_already_is_told_at_sign_in()
    {
        var (ada, grace) = (Unique("ada"), Unique("grace"));
        await SignInAsync(Identity.User(grace));
        var watcher = await SignInAsync(Identity.Watching(ada, grace));
        Assert.Equal([grace], await UsersAsync(watcher, "online"));
    }

    [Fact]
    public async Task Who_is_offline_is_told_at_sign_in()
    {
        var (ada, grace) = (Unique("ada"), Unique("grace"));
        var watcher = await SignInAsync(Identity.Watching(ada, grace));
        Assert.Equal([grace], await UsersAsync(watcher, "offline"));
    }

    [Fact]
    public async Task A_watched_user_who_signs_in_is_told()
    {
        var (ada, grace) = (Unique("ada"), Unique("grace"));
        var watcher = await SignInAsync(Identity.Watching(ada, grace));
        await SignInAsync(Identity.User(grace));
        Assert.Equal([grace], await UsersAsync(watcher, "online"));
    }

    [Fact]
    public async Task A_watched_user_who_leaves_is_told()
    {
        var (ada, grace) = (Unique("ada"), Unique("grace"));
        var watched = await SignInAsync(Identity.User(grace));
        var watcher = await SignInAsync(Identity.Watching(ada, grace));
        await watched.CallAsync("disconnect");
        Assert.Equal([grace], await UsersAsync(watcher, "offline"));
    }

    [Fact]
    public async Task A_second_connection_of_a_watched_user_is_not_told()
    {
        var (ada, grace) = (Unique("ada"), Unique("grace"));
        await SignInAsync(Identity.User(grace));
        var watcher = await SignInAsync(Identity.Watching(ada, grace));
        await UsersAsync(watcher, "online");
        await SignInAsync(Identity.User(grace));
        await watcher.FenceAsync();
        Assert.Single(watcher.Received, received => received.Source == "watchlist" && received.Name == "online");
    }

    [Fact]
    public async Task A_watched_user_with_one_connection_left_is_not_told_as_offline()
    {
        var (ada, grace) = (Unique("ada"), Unique("grace"));
        await SignInAsync(Identity.User(grace));
        var watched = await SignInAsync(Identity.User(grace));
        var watcher = await SignInAsync(Identity.Watching(ada, grace));
        var channel = Unique("phone");
        await watched.SubscribeAsync(channel);
        await watched.CallAsync("disconnect");
        var sdk = await SdkAsync(TestApps.Users);
        await Eventually.EqualAsync(
            false, async () => (await sdk.GetAsync($"/channels/{channel}")).Json["occupied"]!.GetValue<bool>(), "the channel of the one who left");
        await watcher.FenceAsync();
        Assert.DoesNotContain(watcher.Received, received => received.Source == "watchlist" && received.Name == "offline");
    }

    [Fact]
    public async Task Someone_who_is_not_watched_is_not_told()
    {
        var (ada, grace) = (Unique("ada"), Unique("grace"));
        var watcher = await SignInAsync(Identity.Watching(ada, grace));
        await UsersAsync(watcher, "offline");
        await SignInAsync(Identity.User(Unique("other")));
        await watcher.FenceAsync();
        Assert.DoesNotContain(watcher.Received, received => received.Source == "watchlist" && received.Name == "online");
    }

    private static async Task<string[]> UsersAsync(RealClient client, string name)
    {
        var told = await client.EventAsync("watchlist", name);
        return [.. told.Data!["user_ids"]!.AsArray().Select(id => id!.GetValue<string>())];
    }

    private async Task<RealClient> SignInAsync(Identity identity)
    {
        var client = await ConnectClientAsync(TestApps.Users, identity);
        await client.CallAsync("signin");
        return client;
    }
}

public sealed class WatchlistInNodeTests(SharedServer shared, RealClients clients, ITestOutputHelper output)
    : WatchlistSuite(ClientHost.Node, shared, clients, output);

public sealed class WatchlistInChromiumTests(SharedServer shared, RealClients clients, ITestOutputHelper output)
    : WatchlistSuite(ClientHost.Chromium, shared, clients, output);
