using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Messaging;

public sealed class ClientEventHandlerTests : IDisposable
{
    private readonly Node _node = new();

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("""{"x":1}""", """{"x":1}""")]
    [InlineData("\"{\\\"x\\\":1}\"", "\"{\\\"x\\\":1}\"")]
    [InlineData("\"text\"", "\"text\"")]
    [InlineData("\"5\"", "\"5\"")]
    [InlineData("\"null\"", "\"null\"")]
    [InlineData("\"\\\"q\\\"\"", "\"\\\"q\\\"\"")]
    [InlineData("\" {\\\"a\\\": 1} \"", "\" {\\\"a\\\": 1} \"")]
    [InlineData("null", "null")]
    [InlineData("1.0", "1.0")]
    public void A_client_event_reaches_the_others_and_not_its_sender(string data, string sent)
    {
        var (sender, other) = (_node.Connect().Subscribe("private-a").Quietly(), _node.Connect().Subscribe("private-a").Quietly());
        sender.Say($$"""{"event":"client-x","channel":"private-a","data":{{data}}}""");

        Assert.Equal([$$"""{"event":"client-x","channel":"private-a","data":{{sent}}}"""], other.News);
        Assert.Empty(sender.News);
    }

    [Fact]
    public void On_a_presence_channel_it_carries_its_senders_user()
    {
        var (sender, other) = (_node.Connect().Join("presence-a", "7"), _node.Connect().Join("presence-a", "8").Quietly());
        sender.Say("""{"event":"client-x","channel":"presence-a","data":1}""");

        Assert.Equal(["""{"event":"client-x","channel":"presence-a","data":1,"user_id":"7"}"""], other.News);
    }

    [Theory]
    [InlineData("news", 4301)]
    [InlineData("cache-news", 4301)]
    [InlineData("private-encrypted-a", 4301)]
    [InlineData("private-encrypted-cache-a", 4301)]
    [InlineData("#server-to-user-7", 4301)]
    [InlineData("bad name", 4300)]
    public void On_other_channels_it_is_refused(string channel, int code)
    {
        var client = _node.Connect().Subscribe(channel).Quietly().Say($$"""{"event":"client-x","channel":"{{channel}}","data":1}""");

        Assert.Equal(code, Code(Assert.Single(client.News)));
    }

    [Fact]
    public void On_a_cache_channel_it_is_delivered_and_not_remembered()
    {
        var (sender, other) = (_node.Connect().Subscribe("private-cache-a").Quietly(), _node.Connect().Subscribe("private-cache-a").Quietly());
        sender.Say("""{"event":"client-x","channel":"private-cache-a","data":1}""");

        Assert.Equal(["client-x"], other.NewEvents);
        Assert.Equal(["pusher_internal:subscription_succeeded", "pusher:cache_miss"], _node.Connect().Quietly().Subscribe("private-cache-a").NewEvents);
    }

    [Fact]
    public void On_a_presence_cache_channel_it_carries_its_senders_user()
    {
        var (sender, other) = (_node.Connect().Join("presence-cache-a", "7"), _node.Connect().Join("presence-cache-a", "8").Quietly());
        sender.Say("""{"event":"client-x","channel":"presence-cache-a","data":1}""");

        Assert.Equal(["""{"event":"client-x","channel":"presence-cache-a","data":1,"user_id":"7"}"""], other.News);
    }

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"a\":[\"x\\udc00\"]}")]
    [InlineData("{\"\\ud83d\":1}")]
    public void Half_a_surrogate_pair_in_its_data_reaches_nobody(string data)
    {
        var (sender, other) = (_node.Connect().Subscribe("private-a").Quietly(), _node.Connect().Subscribe("private-a").Quietly());
        sender.Say($$"""{"event":"client-x","channel":"private-a","data":{{data}}}""");

        Assert.Empty(other.News);
        Assert.Equal(4000, Code(Assert.Single(sender.News)));
    }

    [Theory]
    [InlineData("""{"event":"client-x","channel":5,"data":1}""", 4301)]
    [InlineData("""{"event":"client-x","channel":"private-b","data":1}""", 4301)]
    [InlineData("""{"event":"client-x","data":1}""", 4301)]
    [InlineData("""{"event":"client-x","channel":null,"data":1}""", 4301)]
    [InlineData("""{"event":"client-x","channel":"","data":1}""", 4301)]
    public void From_a_stranger_it_is_refused(string json, int code) =>
        Assert.Equal(code, Code(Assert.Single(_node.Connect().Subscribe("private-a").Quietly().Say(json).News)));

    [Fact]
    public void An_app_may_forbid_client_events()
    {
        var client = _node.Connect(TestApps.Default with { EnableClientMessages = false }).Subscribe("private-a").Quietly();

        Assert.Equal(4301, Code(Assert.Single(client.Say("""{"event":"client-x","channel":"private-a","data":1}""").News)));
    }

    [Fact]
    public void More_events_than_the_limit_in_a_second_are_refused_and_the_next_second_is_free()
    {
        var client = _node.Connect(TestApps.Default with { MaxClientEventsPerSecond = 3 }).Subscribe("private-a").Quietly();
        for (var i = 0; i < 5; i++) client.Say("""{"event":"client-x","channel":"private-a","data":1}""");
        Assert.Equal(2, client.News.Length);
        _node.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Empty(client.Say("""{"event":"client-x","channel":"private-a","data":1}""").News);
    }

    [Theory]
    [InlineData(1, 1024, true)]
    [InlineData(1, 1025, false)]
    [InlineData(4096 * 1024, 1025, true)]
    [InlineData(int.MaxValue, 1025, true)]
    public void Data_is_as_large_as_the_limit_at_most(int limit, int bytes, bool isAllowed)
    {
        var client = _node.Connect(TestApps.Default with { MaxEventPayloadInKb = limit }).Subscribe("private-a").Quietly();
        client.Say($$"""{"event":"client-x","channel":"private-a","data":"{{new string('x', bytes - 2)}}"}""");

        Assert.Equal(isAllowed ? 0 : 1, client.News.Length);
    }

    [Fact]
    public void A_name_longer_than_the_limit_is_4000()
    {
        var client = _node.Connect().Subscribe("private-a").Quietly().Say($$"""{"event":"client-{{new string('x', 200)}}","channel":"private-a","data":1}""");

        Assert.Equal(4000, Code(Assert.Single(client.News)));
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_reach_nobody()
    {
        var (sender, other) = (_node.Connect().Subscribe("private-a").Quietly(), _node.Connect().Subscribe("private-a").Quietly());
        byte[] json = [.. """{"event":"client-x","channel":"private-a","data":"""u8, (byte)'"', 0xFF, (byte)'"', (byte)'}'];
        _node.Dispatcher.Dispatch(sender.Connection, json, isText: false);

        Assert.Empty(other.News);
        Assert.Equal(4000, Code(Assert.Single(sender.News)));
    }

    private static int Code(string text) => TestClient.Parse(text).GetProperty("data").GetProperty("code").GetInt32();
}
