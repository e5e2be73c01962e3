using System.Text;
using System.Text.Json;
using Sockudo.Server.Protocol;
using Xunit;

namespace Sockudo.Tests.Unit.Protocol;

public sealed class PusherReaderTests
{
    [Theory]
    [InlineData("pusher:ping", "Ping")]
    [InlineData("pusher:pong", "Pong")]
    [InlineData("pusher:subscribe", "Subscribe")]
    [InlineData("pusher:unsubscribe", "Unsubscribe")]
    [InlineData("pusher:signin", "Signin")]
    [InlineData("pusher:enable_delta_compression", "EnableDeltaCompression")]
    [InlineData("pusher:delta_sync_error", "DeltaSyncError")]
    [InlineData("client-typing", "ClientEvent")]
    [InlineData("client-", "ClientEvent")]
    [InlineData("pusher:Ping", "Other")]
    [InlineData("pusher_internal:member_added", "Other")]
    [InlineData("Client-typing", "Other")]
    [InlineData("", "Other")]
    public void An_event_has_its_kind_by_name(string name, string kind)
    {
        Assert.True(PusherReader.TryRead(Encoding.UTF8.GetBytes($$"""{"event":"{{name}}"}"""), isKnownUtf8: false, out var message, out _));
        Assert.Equal((kind, name), (message.Kind.ToString(), message.Event));
    }

    [Fact]
    public void An_escaped_name_is_the_same_name()
    {
        Assert.True(PusherReader.TryRead("{\"event\":\"pusher:\\u0070ing\"}"u8, isKnownUtf8: false, out var message, out _));
        Assert.Equal(IncomingKind.Ping, message.Kind);
    }

    [Theory]
    [InlineData("""{"event":"client-a","data":{"x":[1,2, 3]}}""", """{"x":[1,2, 3]}""", "StartObject")]
    [InlineData("""{"event":"client-a","data":"text"}""", "\"text\"", "String")]
    [InlineData("""{"event":"client-a","data":-1.5e3 }""", "-1.5e3", "Number")]
    [InlineData("""{"event":"client-a","data":true}""", "true", "True")]
    [InlineData("""{"event":"client-a","data":[ ]}""", "[ ]", "StartArray")]
    [InlineData("""{"event":"client-a","data":null}""", "null", "Null")]
    [InlineData("""{"event":"client-a"}""", "", "None")]
    [InlineData("""{"data":1,"event":"client-a","data":2}""", "2", "Number")]
    [InlineData("""{"data":1,"event":"client-a","data":null}""", "null", "Null")]
    public void Data_stays_raw(string json, string data, string type)
    {
        Assert.True(PusherReader.TryRead(Encoding.UTF8.GetBytes(json), isKnownUtf8: false, out var message, out _));
        Assert.Equal((data, type), (Encoding.UTF8.GetString(message.Data), message.DataType.ToString()));
    }

    [Theory]
    [InlineData("""{"event":"a","event":"pusher:ping"}""", "pusher:ping", null)]
    [InlineData("""{"event":"a","channel":"x","channel":"y"}""", "a", "y")]
    [InlineData("""{"event":"a","channel":"x","channel":null}""", "a", null)]
    [InlineData("""{"event":"a","channel":"x","channel":5}""", "a", null)]
    [InlineData("""{"event":"a","other":{"event":"b"},"more":[{"channel":"z"}]}""", "a", null)]
    [InlineData(""" {"event":"a"} """, "a", null)]
    public void The_last_of_several_members_counts(string json, string name, string? channel)
    {
        Assert.True(PusherReader.TryRead(Encoding.UTF8.GetBytes(json), isKnownUtf8: false, out var message, out _));
        Assert.Equal((name, channel), (message.Event, message.Channel));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("x")]
    [InlineData("[]")]
    [InlineData("\"event\"")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"event":1}""")]
    [InlineData("""{"event":null}""")]
    [InlineData("""{"event":{"a":1}}""")]
    [InlineData("""{"event":"a","data":"\ud800"}""")]
    [InlineData("""{"event":"a","\udfff":1}""")]
    [InlineData("""{"event":"a","data":["\ud800\u0041"]}""")]
    [InlineData("""{"event":"a","data":1.}""")]
    [InlineData("""{"event":"a","data":-}""")]
    [InlineData("""{"event":"a","data":[1,]}""")]
    [InlineData("""{"event":"a","data":"\x"}""")]
    [InlineData("""{"event":"a","data":{1:2}}""")]
    [InlineData("""{"event":"a","data":[1}}""")]
    [InlineData("""{"event":"a" "data":1}""")]
    [InlineData("""{"event":"a"} {"event":"b"}""")]
    [InlineData("""{"event":"a"}x""")]
    [InlineData("""{"event":"a",}""")]
    [InlineData("""{"event":"a" // comment""")]
    [InlineData("""{"event":"a","data":{"x":}""")]
    [InlineData("""{"event":"\ud800"}""")]
    [InlineData("""{"event":"a","channel":"\udc00x"}""")]
    [InlineData("""{"event":"a","data":01}""")]
    public void What_is_not_such_an_object_is_a_generic_error(string json)
    {
        Assert.False(PusherReader.TryRead(Encoding.UTF8.GetBytes(json), isKnownUtf8: false, out _, out var error));
        Assert.Equal(ErrorCode.Generic, error.Code);
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(200, false)]
    public void Depth_is_bounded(int depth, bool isRead)
    {
        var json = $$"""{"event":"client-a","data":{{new string('[', depth)}}{{new string(']', depth)}}}""";

        Assert.Equal(isRead, PusherReader.TryRead(Encoding.UTF8.GetBytes(json), isKnownUtf8: false, out _, out _));
    }

    [Theory]
    [InlineData("event")]
    [InlineData("data")]
    [InlineData("channel")]
    [InlineData("other")]
    public void Bytes_that_are_not_UTF8_are_refused_wherever_they_stand(string member)
    {
        byte[] json = [.. "{\"event\":\"client-a\",\""u8, .. Encoding.ASCII.GetBytes(member), .. "\":\"x"u8, 0xFF, 0xC3, .. "\"}"u8];

        Assert.False(PusherReader.TryRead(json, isKnownUtf8: false, out _, out var error));
        Assert.Equal(ErrorCode.Generic, error.Code);
    }

    [Theory]
    [InlineData("""{"channel":"news"}""", "news", null, null, false)]
    [InlineData("""{"channel":"private-a","auth":"k:s"}""", "private-a", "k:s", null, false)]
    [InlineData("""{"auth":"k:s","channel_data":"{}","channel":"presence-a"}""", "presence-a", "k:s", "{}", false)]
    [InlineData("""{"channel":"a","auth":null,"channel_data":null,"x":{"y":[1]}}""", "a", null, null, false)]
    [InlineData("""{"channel":"a","filter":{"key":"x"}}""", "a", null, null, true)]
    [InlineData("""{"channel":"a","tags_filter":[1]}""", "a", null, null, true)]
    [InlineData("""{"channel":"a","filter":null}""", "a", null, null, false)]
    [InlineData("""{"channel":"a","tags_filter":{"key":"x"},"filter":null}""", "a", null, null, true)]
    [InlineData("""{"channel":"a","channel":"b"}""", "b", null, null, false)]
    public void A_subscription_is_read_from_an_object_or_from_a_string_that_holds_one(string data, string channel, string? auth, string? channelData, bool hasFilter)
    {
        var expected = new SubscribeRequest(channel, auth, channelData, hasFilter);

        Assert.Equal(expected, Subscribe(data));
        Assert.Equal(expected, Subscribe(JsonSerializer.Serialize(data)));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\"\"")]
    [InlineData("\"news\"")]
    [InlineData("\"{\"")]
    [InlineData("""{"channel":""}""")]
    [InlineData("""{"channel":5}""")]
    [InlineData("\"{\\\"channel\\\":\\\"\\\\ud800\\\"}\"")]
    public void A_subscription_without_its_strings_is_refused(string data) => Assert.Null(Subscribe(data));

    [Theory]
    [InlineData("\"news\"", "news")]
    [InlineData("""{"channel":"news"}""", "news")]
    [InlineData("\"{\\\"channel\\\":\\\"news\\\"}\"", "news")]
    [InlineData("\"\"", null)]
    [InlineData("{}", null)]
    [InlineData("5", null)]
    [InlineData("null", null)]
    public void The_end_of_a_subscription_names_its_channel(string data, string? channel)
    {
        Assert.True(PusherReader.TryRead(Encoding.UTF8.GetBytes($$"""{"event":"pusher:unsubscribe","data":{{data}}}"""), isKnownUtf8: false, out var message, out _));

        Assert.Equal(channel, PusherReader.TryReadUnsubscribe(message, out var read, out _) ? read : null);
    }

    [Theory]
    [InlineData("""{"user_id":"7"}""", "7", "{}")]
    [InlineData("""{"user_id":7}""", "7", "{}")]
    [InlineData("""{"user_id":"7","user_info":{"name":"Ann"}}""", "7", """{"name":"Ann"}""")]
    [InlineData("""{"user_info":[1, 2],"user_id":"é"}""", "é", "[1, 2]")]
    [InlineData("""{"user_id":"7","user_info":null}""", "7", "{}")]
    [InlineData("""{"user_id":"7","user_info":"text"}""", "7", "\"text\"")]
    [InlineData("""{"user_id":"7","x":{"user_id":"8"}}""", "7", "{}")]
    public void A_member_has_an_id_and_raw_info(string channelData, string id, string info)
    {
        Assert.True(PusherReader.TryReadPresenceMember(channelData, 200, out var member, out _));
        Assert.Equal((id, info), (member.UserId, Encoding.UTF8.GetString(member.UserInfo)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"user_id":""}""")]
    [InlineData("""{"user_id":null}""")]
    [InlineData("""{"user_id":true}""")]
    [InlineData("""{"user_id":{"a":1}}""")]
    [InlineData("""{"user_id":1e999}""")]
    [InlineData("""{"user_id":"a\u0000b"}""")]
    [InlineData("""{"user_id":"7","user_info":"\ud800"}""")]
    [InlineData("""{"user_id":"7"}{}""")]
    [InlineData("""{"user_id":"7" """)]
    [InlineData("""{"user_id":"\ud800"}""")]
    public void What_is_no_member_is_refused(string channelData)
    {
        Assert.False(PusherReader.TryReadPresenceMember(channelData, 200, out _, out var error));
        Assert.Equal(ErrorCode.Generic, error.Code);
    }

    [Theory]
    [InlineData("""{"id":"7"}""", "7", "")]
    [InlineData("""{"id":"7","watchlist":["8","9"],"name":{"first":"Ann"}}""", "7", "8,9")]
    [InlineData("""{"watchlist":[],"id":"7"}""", "7", "")]
    [InlineData("""{"id":"7","watchlist":null}""", "7", "")]
    public void A_user_has_an_id_and_a_watchlist(string userData, string id, string watchlist)
    {
        Assert.True(PusherReader.TryReadUser(userData, 200, out var user, out _));
        Assert.Equal((id, watchlist), (user.Id, string.Join(',', user.Watchlist)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"id":7}""")]
    [InlineData("""{"id":""}""")]
    [InlineData("""{"id":null}""")]
    [InlineData("""{"id":"7","watchlist":"8"}""")]
    [InlineData("""{"id":"7","watchlist":[8]}""")]
    [InlineData("""{"id":"7","watchlist":[["8"]]}""")]
    [InlineData("""{"id":"7","watchlist":["8"}""")]
    public void What_is_no_user_is_refused(string userData) => Assert.False(PusherReader.TryReadUser(userData, 200, out _, out _));

    [Theory]
    [InlineData("""{"channel":"a","auth":5}""", "Auth")]
    [InlineData("""{"auth":{},"channel_data":[],"channel":"a"}""", "Auth, ChannelData")]
    [InlineData("""{"channel":"a","auth":5,"auth":"k:s"}""", "None")]
    [InlineData("""{"channel":"a","auth":null}""", "None")]
    public void Members_that_are_no_text_are_noted_and_the_channel_is_known(string data, string notText) =>
        Assert.Equal(("a", notText), (Subscribe(data)?.Channel, Subscribe(data)?.NotText.ToString()));

    private static SubscribeRequest? Subscribe(string data)
    {
        Assert.True(PusherReader.TryRead(Encoding.UTF8.GetBytes($$"""{"event":"pusher:subscribe","data":{{data}}}"""), isKnownUtf8: false, out var message, out _));
        return PusherReader.TryReadSubscribe(message, out var request, out _) ? request : null;
    }
}
