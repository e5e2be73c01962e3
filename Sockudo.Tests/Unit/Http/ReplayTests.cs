using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Sockudo.Server.Apps;
using Sockudo.Server.Http;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

/// <summary>A signed request that somebody sends again, with <c>http_api.replay_protection</c>.</summary>
public sealed class ReplayTests
{
    private const string Event = """{"name":"placed","channel":"orders","data":"1"}""";

    public static TheoryData<string> Posts => ["/events", "/batch_events", "/users/42/terminate_connections", "/users/42/force_reconnect"];

    [Theory, MemberData(nameof(Posts))]
    public async Task What_was_sent_once_is_refused_the_second_time(string route)
    {
        await using var host = await StartAsync();
        var request = host.Request("POST", "/apps/app-id" + route, route == "/batch_events" ? """{"batch":[]}""" : Event).Sign();
        Assert.Equal(200, (await request.SendAsIsAsync()).Status);

        var reply = await request.SendAsIsAsync();

        Assert.Equal((401, "signature_replayed"), (reply.Status, reply.Code));
        Assert.Contains("sign each request anew", reply.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_option_it_is_taken_again()
    {
        await using var host = await ApiHost.StartAsync();
        var request = Publish(host).Sign();
        await request.SendAsIsAsync();

        Assert.Equal(200, (await request.SendAsIsAsync()).Status);
    }

    [Fact]
    public async Task A_replay_reaches_no_subscriber()
    {
        await using var host = await StartAsync();
        var subscriber = await new Subscriber(host).SubscribeAsync("orders");
        var request = Publish(host).Sign();
        await request.SendAsIsAsync();
        await request.SendAsIsAsync();
        await host.PublishAsync("""{"name":"fence","channel":"orders","data":"2"}""");

        Assert.Equal("placed", (await subscriber.NextAsync()).GetProperty("event").GetString());
        Assert.Equal("fence", (await subscriber.NextAsync()).GetProperty("event").GetString());
    }

    [Fact]
    public async Task A_read_may_be_repeated()
    {
        await using var host = await StartAsync();
        var request = host.Request("GET", ApiHost.AnyPath).Sign();
        await request.SendAsIsAsync();

        Assert.Equal(200, (await request.SendAsIsAsync()).Status);
    }

    [Fact]
    public async Task The_same_event_signed_a_second_later_is_another_request()
    {
        await using var host = await StartAsync();
        await Publish(host).SendAsync();
        host.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(200, (await Publish(host).SendAsync()).Status);
    }

    [Fact]
    public async Task A_parameter_tells_two_equal_events_of_one_second_apart()
    {
        await using var host = await StartAsync();
        await Publish(host).With("nonce", "1").SendAsync();

        Assert.Equal(200, (await Publish(host).With("nonce", "2").SendAsync()).Status);
    }

    [Fact]
    public async Task A_slash_that_is_not_signed_makes_no_new_request()
    {
        await using var host = await StartAsync();
        await Publish(host).SendAsync();
        var again = host.Request("POST", "/apps/app-id/events/", Event);
        again.SignedPath = "/apps/app-id/events";

        Assert.Equal("signature_replayed", (await again.SendAsync()).Code);
    }

    [Fact]
    public async Task The_signatures_of_two_apps_are_two()
    {
        await using var host = await StartAsync();
        await Publish(host).SendAsync();

        Assert.Equal(200, (await host.PostAsync("/apps/other-id/events", Event, ApiHost.Other)).Status);
    }

    [Fact]
    public async Task What_was_refused_for_its_signature_uses_nothing_up()
    {
        await using var host = await StartAsync();
        var request = Publish(host).Sign();
        var signature = request.Parameters.Single(static parameter => parameter.Key == "auth_signature").Value;
        await request.With("auth_signature", new string('0', 64)).SendAsIsAsync();

        Assert.Equal(200, (await request.With("auth_signature", signature).SendAsIsAsync()).Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-600)]
    [InlineData(600)]
    public async Task At_no_second_of_its_life_a_request_is_taken_twice(int skew)
    {
        await using var host = await StartAsync();
        var timestamp = (host.Clock.GetUtcNow().ToUnixTimeSeconds() + skew).ToString(CultureInfo.InvariantCulture);
        var request = Publish(host).With("auth_timestamp", timestamp).Sign();
        Assert.Equal(200, (await request.SendAsIsAsync()).Status);

        var codes = new List<string?>();
        for (var second = 0; second <= skew + 601; second += second < skew + 599 ? 50 : 1)
        {
            codes.Add((await request.SendAsIsAsync()).Code);
            host.Clock.Advance(TimeSpan.FromSeconds(second < skew + 599 ? 50 : 1));
        }

        Assert.All(codes, static code => Assert.True(code is "signature_replayed" or "timestamp_expired", code));
        Assert.Equal("signature_replayed", codes[0]);
        host.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("timestamp_expired", (await request.SendAsIsAsync()).Code);
    }

    [Fact]
    public async Task Of_many_at_one_moment_one_is_taken()
    {
        await using var host = await StartAsync();
        var requests = Enumerable.Range(0, 20).Select(_ => Publish(host).Sign()).ToArray();

        var replies = await Task.WhenAll(requests.Select(static request => request.SendAsIsAsync()));

        Assert.Equal((1, 19), (replies.Count(static reply => reply.Status == 200), replies.Count(static reply => reply.Code == "signature_replayed")));
    }

    [Fact]
    public async Task Without_room_to_remember_nothing_is_taken()
    {
        await using var host = await StartAsync(static _ => new MemoryReplayStore(2 * MemoryReplayStore.MarkBytes));
        await Publish(host).With("nonce", "1").SendAsync();

        var reply = await Publish(host).With("nonce", "2").SendAsync();

        Assert.Equal((503, "replay_store_full", "1"), (reply.Status, reply.Code, reply.Header("Retry-After")));
    }

    [Fact]
    public async Task A_store_that_fails_is_no_protection_that_is_off()
    {
        await using var host = await StartAsync(static _ => new BrokenStore());

        Assert.Equal((500, "internal_error"), await Publish(host).SendAsync() is var reply ? (reply.Status, reply.Code) : default);
    }

    private static Task<ApiHost> StartAsync(Func<IServiceProvider, IReplayStore>? store = null) => ApiHost.StartAsync(services =>
    {
        services.Configure<HttpApiOptions>(static options => options.ReplayProtection = true);
        if (store is not null) services.AddSingleton(store);
    });

    private static SignedRequest Publish(ApiHost host, App? app = null) => host.Request("POST", "/apps/app-id/events", Event, app);

    private sealed class BrokenStore : IReplayStore
    {
        public ValueTask<ReplayVerdict> TryAddAsync(App app, string signature, DateTimeOffset end, DateTimeOffset now) => throw new TimeoutException("away");
    }
}
