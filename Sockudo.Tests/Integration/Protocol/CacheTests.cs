using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Protocol;

/// <summary>Cache channels on the wire.</summary>
public sealed class CacheTests(SharedServer shared, ITestOutputHelper output) : ServerTest(shared, output)
{
    [Fact]
    public async Task A_miss_has_the_channel_and_an_empty_object_as_a_string()
    {
        var connection = await ConnectAsync();
        var channel = Unique("cache-price");
        await connection.SubscribeAsync(channel);
        Assert.Equal($$"""{"event":"pusher:cache_miss","channel":"{{channel}}","data":"{}"}""", (await connection.NextAsync()).Raw);
    }

    [Fact]
    public async Task A_replay_is_the_event_as_it_was_sent()
    {
        var channel = Unique("cache-price");
        var first = await ConnectAsync();
        await first.SubscribeAsync(channel);
        await Server.Api(TestApps.Demo).PublishAsync(channel, "changed", """{"euro":12.50}""");
        var live = await first.WaitForAsync("changed", channel);
        var later = await ConnectAsync();
        await later.SubscribeAsync(channel);
        Assert.Equal(live.Raw, (await later.NextAsync()).Raw);
    }

    [Fact]
    public async Task A_replay_comes_right_behind_success()
    {
        var channel = Unique("cache-price");
        await Server.Api(TestApps.Demo).PublishAsync(channel, "changed", "1");
        var connection = await ConnectAsync();
        await connection.SendSubscribeAsync(channel);
        Assert.Equal(
            ["pusher_internal:subscription_succeeded", "changed"], [(await connection.NextAsync()).Name, (await connection.NextAsync()).Name]);
    }

    [Fact]
    public async Task A_channel_that_only_has_cache_inside_its_name_is_no_cache_channel()
    {
        var channel = Unique("my-cache-price");
        await Server.Api(TestApps.Demo).PublishAsync(channel, "changed", "1");
        var connection = await ConnectAsync();
        await connection.SubscribeAsync(channel);
        Assert.Empty(await connection.FenceAsync());
    }

    [Fact]
    public async Task Apps_do_not_share_their_last_events()
    {
        var channel = Unique("cache-price");
        await Server.Api(TestApps.Demo).PublishAsync(channel, "changed", "1");
        var connection = await ConnectAsync(TestApps.Users);
        await connection.SubscribeAsync(channel);
        Assert.Equal("pusher:cache_miss", (await connection.NextAsync()).Name);
    }

    [Fact]
    public async Task An_event_for_one_who_is_excluded_is_remembered_for_others()
    {
        var channel = Unique("cache-price");
        var excluded = await ConnectAsync();
        await Server.Api(TestApps.Demo).PublishAsync(channel, "changed", "1", excluded.SocketId);
        var later = await ConnectAsync();
        await later.SubscribeAsync(channel);
        Assert.Equal("changed", (await later.NextAsync()).Name);
    }
}
