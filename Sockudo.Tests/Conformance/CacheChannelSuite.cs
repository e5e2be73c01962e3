using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Conformance;

/// <summary>pusher-js on the four kinds of cache channels.</summary>
public abstract class CacheChannelSuite(ClientHost host, SharedServer shared, RealClients clients, ITestOutputHelper output)
    : RealClientTest(host, shared, clients, output)
{
    private static readonly Identity Ada = Identity.User("1", "Ada");

    public static TheoryData<string> Kinds => ["cache-price", "private-cache-price", "private-encrypted-cache-price", "presence-cache-price"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_last_event_is_replayed_to_one_who_comes_later(string prefix)
    {
        var channel = Unique(prefix);
        await (await SdkAsync()).TriggerAsync(channel, "changed", new JsonObject { ["euro"] = 12.5 });
        var client = await ConnectClientAsync(identity: Ada);
        await client.SubscribeAsync(channel);
        Assert.Equal("""{"euro":12.5}""", (await client.EventAsync(channel, "changed")).Data!.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_empty_cache_is_told(string prefix)
    {
        var client = await ConnectClientAsync(identity: Ada);
        var channel = Unique(prefix);
        await client.SubscribeAsync(channel);
        await client.EventAsync(channel, "pusher:cache_miss");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_replay_is_no_miss(string prefix)
    {
        var channel = Unique(prefix);
        await (await SdkAsync()).TriggerAsync(channel, "changed", "1");
        var client = await ConnectClientAsync(identity: Ada);
        await client.SubscribeAsync(channel);
        await client.FenceAsync();
        Assert.DoesNotContain(client.Received, received => received.Name == "pusher:cache_miss");
    }

    [Fact]
    public async Task Only_the_last_of_several_events_is_replayed()
    {
        var channel = Unique("cache-price");
        var sdk = await SdkAsync();
        await sdk.TriggerAsync(channel, "changed", "old");
        await sdk.TriggerAsync(channel, "changed", "new");
        var client = await ConnectClientAsync();
        await client.SubscribeAsync(channel);
        await client.FenceAsync();
        Assert.Equal("new", Assert.Single(client.Received, received => received.Name == "changed").Data!.GetValue<string>());
    }

    [Fact]
    public async Task A_subscriber_of_a_cache_channel_gets_the_next_events_too()
    {
        var channel = Unique("cache-price");
        var client = await ConnectClientAsync();
        await client.SubscribeAsync(channel);
        await (await SdkAsync()).TriggerAsync(channel, "changed", "1");
        await client.EventAsync(channel, "changed");
    }

    [Fact]
    public async Task A_presence_cache_channel_has_members()
    {
        var client = await ConnectClientAsync(identity: Ada);
        var channel = Unique("presence-cache-room");
        await client.SubscribeAsync(channel);
        var members = await client.CallAsync("members", new() { ["channel"] = channel });
        Assert.Equal("""{"1":{"name":"Ada"}}""", members!["members"]!.ToJsonString());
    }
}

public sealed class CacheChannelsInNodeTests(SharedServer shared, RealClients clients, ITestOutputHelper output)
    : CacheChannelSuite(ClientHost.Node, shared, clients, output);

public sealed class CacheChannelsInChromiumTests(SharedServer shared, RealClients clients, ITestOutputHelper output)
    : CacheChannelSuite(ClientHost.Chromium, shared, clients, output);
