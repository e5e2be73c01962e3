using System.Text;
using Sockudo.Server.Protocol;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Protocol;

/// <summary>The exact bytes of each message, as in the table of the protocol.</summary>
public sealed class PusherWriterTests
{
    [Fact]
    public void Connection_established() => Is(
        """{"event":"pusher:connection_established","data":"{\"socket_id\":\"123.456\",\"activity_timeout\":120}"}""",
        PusherWriter.ConnectionEstablished(new SocketId(123, 456), 120));

    [Fact]
    public void Ping() => Is("""{"event":"pusher:ping"}""", PusherWriter.Ping);

    [Fact]
    public void Pong() => Is("""{"event":"pusher:pong"}""", PusherWriter.Pong);

    [Fact]
    public void Error() => Is("""{"event":"pusher:error","data":{"code":4009,"message":"not allowed"}}""", PusherWriter.Error(new PusherError(ErrorCode.Unauthorized, "not allowed")));

    [Fact]
    public void Subscription_succeeded() => Is("""{"event":"pusher_internal:subscription_succeeded","channel":"c","data":"{}"}""", PusherWriter.SubscriptionSucceeded("c"));

    [Fact]
    public void Subscription_succeeded_with_presence() => Is(
        """{"event":"pusher_internal:subscription_succeeded","channel":"presence-x","data":"{\"presence\":{\"ids\":[\"1\",\"2\"],\"hash\":{\"1\":{\"n\":\"Ann\"},\"2\":{}},\"count\":2}}"}""",
        PusherWriter.PresenceSubscriptionSucceeded("presence-x", [new("1", "{\"n\":\"Ann\"}"u8.ToArray()), new("2", "{}"u8.ToArray())]));

    [Fact]
    public void Member_added() => Is(
        """{"event":"pusher_internal:member_added","channel":"presence-x","data":"{\"user_id\":\"1\",\"user_info\":{}}"}""",
        PusherWriter.MemberAdded("presence-x", "1", "{}"u8));

    [Fact]
    public void Member_removed() => Is(
        """{"event":"pusher_internal:member_removed","channel":"presence-x","data":"{\"user_id\":\"1\"}"}""",
        PusherWriter.MemberRemoved("presence-x", "1"));

    [Fact]
    public void Channel_event() => Is("""{"event":"order","channel":"c","data":"{\"id\":1}"}""", PusherWriter.ChannelEvent("order", "c", "\"{\\\"id\\\":1}\""u8, []));

    [Fact]
    public void Channel_event_with_tags() => Is(
        """{"event":"order","channel":"c","data":"x","tags":{"type":"new"}}""",
        PusherWriter.ChannelEvent("order", "c", "\"x\""u8, "{\"type\":\"new\"}"u8));

    [Fact]
    public void Client_event() => Is("""{"event":"client-x","channel":"private-c","data":{"a":1}}""", PusherWriter.ClientEvent("client-x", "private-c", "{\"a\":1}"u8, null));

    [Fact]
    public void Client_event_of_a_member() => Is(
        """{"event":"client-x","channel":"presence-c","data":1,"user_id":"7"}""",
        PusherWriter.ClientEvent("client-x", "presence-c", "1"u8, "7"));

    [Fact]
    public void Client_event_without_data() => Is("""{"event":"client-x","channel":"private-c"}""", PusherWriter.ClientEvent("client-x", "private-c", [], null));

    [Fact]
    public void Cache_miss() => Is("""{"event":"pusher:cache_miss","channel":"cache-x","data":"{}"}""", PusherWriter.CacheMiss("cache-x"));

    [Fact]
    public void Signin_success() => Is("""{"event":"pusher:signin_success","data":{"user_data":"{\"id\":\"7\"}"}}""", PusherWriter.SigninSuccess("{\"id\":\"7\"}"));

    [Fact]
    public void Watchlist_events() => Is(
        """{"event":"pusher_internal:watchlist_events","data":{"events":[{"name":"online","user_ids":["1","2"]},{"name":"offline","user_ids":["3"]}]}}""",
        PusherWriter.WatchlistEvents(["1", "2"], ["3"]));

    [Fact]
    public void Watchlist_events_leave_an_empty_list_out() => Is(
        """{"event":"pusher_internal:watchlist_events","data":{"events":[{"name":"offline","user_ids":["3"]}]}}""",
        PusherWriter.WatchlistEvents([], ["3"]));

    [Fact]
    public void Subscription_count() => Is(
        """{"event":"pusher_internal:subscription_count","channel":"c","data":"{\"subscription_count\":3}"}""",
        PusherWriter.SubscriptionCount("c", 3));

    [Fact]
    public void Subscription_error() => Is(
        """{"event":"pusher:subscription_error","channel":"private-c","data":{"type":"AuthError","error":"no","status":401}}""",
        PusherWriter.SubscriptionError("private-c", "AuthError", "no", 401));

    [Theory]
    [InlineData("é + < > & '")]
    [InlineData("日本語")]
    public void Text_stays_as_it_is(string text) =>
        Is($$$"""{"event":"pusher:error","data":{"code":4000,"message":"{{{text}}}"}}""", PusherWriter.Error(new PusherError(ErrorCode.Generic, text)));

    [Theory]
    [InlineData("quote \" backslash \\ newline \n tab \t nul \0")]
    [InlineData("\u2028\u2029\u007f 😀")]
    public void Text_that_needs_escapes_reads_back(string text)
    {
        var frame = Assert.Single(Wire.Server(PusherWriter.Error(new PusherError(ErrorCode.Generic, text))));

        Assert.Equal(text, TestClient.Parse(frame.Text).GetProperty("data").GetProperty("message").GetString());
    }

    [Fact]
    public void Member_ids_that_need_escapes_read_back()
    {
        const string Id = "a\"b\\c\né";
        var frame = Assert.Single(Wire.Server(PusherWriter.PresenceSubscriptionSucceeded("presence-x", [new(Id, "1"u8.ToArray())])));
        var presence = TestClient.Data(frame.Text).GetProperty("presence");

        Assert.Equal(Id, presence.GetProperty("ids")[0].GetString());
        Assert.Equal(1, presence.GetProperty("hash").GetProperty(Id).GetInt32());
    }

    [Fact]
    public void Messages_larger_than_the_kept_buffer_are_whole()
    {
        var data = Encoding.ASCII.GetBytes($"\"{new string('x', 1_000_000)}\"");
        for (var i = 0; i < 3; i++)
        {
            var frame = Assert.Single(Wire.Server(PusherWriter.ChannelEvent("big", "c", data, [])));
            Assert.Equal(1_000_000, TestClient.Parse(frame.Text).GetProperty("data").GetString()!.Length);
        }
    }

    [Fact]
    public async Task Threads_do_not_share_a_buffer()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(static n => Task.Run(() =>
        {
            var expected = $$"""{"event":"pusher_internal:member_removed","channel":"presence-{{n}}","data":"{\"user_id\":\"{{n}}\"}"}""";
            for (var i = 0; i < 2000; i++) Is(expected, PusherWriter.MemberRemoved($"presence-{n}", $"{n}"));
        }))).DeadlineAsync();
    }

    private static void Is(string expected, byte[] frame) => Assert.Equal(expected, Assert.Single(Wire.Server(frame)).Text);
}
