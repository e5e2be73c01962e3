using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Messaging;

public sealed class MessageDispatcherTests : IDisposable
{
    private readonly Node _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_ping_is_answered() => Assert.Equal(["""{"event":"pusher:pong"}"""], _node.Connect().Quietly().Say("""{"event":"pusher:ping","data":{}}""").News);

    [Theory]
    [InlineData("""{"event":"pusher:pong"}""")]
    [InlineData("""{"event":"pusher:enable_delta_compression"}""")]
    [InlineData("""{"event":"pusher:delta_sync_error","data":{"channel":"x"}}""")]
    [InlineData("""{"event":"anything","data":{}}""")]
    public void What_needs_no_answer_gets_none(string json) => Assert.Empty(_node.Connect().Quietly().Say(json).News);

    [Theory]
    [InlineData("not json")]
    [InlineData("""{"data":{}}""")]
    [InlineData("""{"event":"pusher_internal:member_added","channel":"presence-a","data":"{}"}""")]
    [InlineData("""{"event":"pusher:error","data":{}}""")]
    [InlineData("""{"event":"pusher:subscribe"}""")]
    [InlineData("""{"event":"pusher:unsubscribe","data":{}}""")]
    public void What_cannot_be_handled_is_4000_and_the_socket_stays(string json)
    {
        var client = _node.Connect().Quietly().Say(json);

        Assert.Equal(4000, TestClient.Parse(Assert.Single(client.News)).GetProperty("data").GetProperty("code").GetInt32());
        Assert.False(client.Connection.IsClosing);
    }
}
