using Sockudo.Server.RateLimiting;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Messaging;

public sealed class RefusalBudgetTests : IDisposable
{
    private readonly Node _node = new();

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("""{"event":""")]
    [InlineData("""{"event":"pusher:subscribe","data":{"channel":"a b"}}""")]
    [InlineData("""{"event":"pusher:subscribe","data":{"channel":"private-a","auth":"shop-key:00"}}""")]
    [InlineData("""{"event":"pusher:signin","data":{}}""")]
    [InlineData("""{"event":"pusher:unsubscribe"}""")]
    [InlineData("""{"event":"client-x","channel":"news"}""")]
    [InlineData("""{"event":"pusher:nothing"}""")]
    public void The_refused_message_above_the_burst_closes_with_4000(string message)
    {
        var client = _node.Connect();
        for (var i = 0; i < RefusalBudget.Burst; i++) client.Say(message);
        Assert.Null(client.CloseFrame);
        Assert.Equal(0, _node.Metrics.ForApp(client.App.Id).RefusalFloodsClosed);

        client.Say(message).Say(message);
        Assert.NotNull(client.CloseFrame);
        Assert.Contains("\"code\":4000", client.News[^1], StringComparison.Ordinal);
        Assert.Equal(1, _node.Metrics.ForApp(client.App.Id).RefusalFloodsClosed);
    }

    [Fact]
    public void A_steady_fifty_a_second_are_answered_for_ever()
    {
        var client = _node.Connect();
        for (var i = 0; i < 1000; i++)
        {
            client.Say("{");
            _node.Time.Advance(TimeSpan.FromMilliseconds(20));
        }

        Assert.Null(client.CloseFrame);
    }

    [Fact]
    public void Repeated_presence_subscriptions_count_as_each_costs_the_list_of_members()
    {
        var client = _node.Connect();
        for (var i = 0; i <= RefusalBudget.Burst; i++) client.Join("presence-a", "7");
        Assert.Null(client.CloseFrame);

        Assert.NotNull(client.Join("presence-a", "7").CloseFrame);
    }

    [Fact]
    public void Good_messages_are_without_limit()
    {
        var client = _node.Connect().Subscribe("private-a");
        for (var i = 0; i < 1000; i++) client.Say("""{"event":"pusher:ping"}""").Say("""{"event":"client-x","channel":"private-a","data":1}""");

        Assert.Null(client.CloseFrame);
    }

    [Fact]
    public void No_message_is_refused_by_way_of_an_exception()
    {
        var me = Environment.CurrentManagedThreadId;
        var thrown = 0;
        void Count(object? sender, System.Runtime.ExceptionServices.FirstChanceExceptionEventArgs e)
        {
            if (Environment.CurrentManagedThreadId == me) thrown++;
        }

        var client = _node.Connect();
        AppDomain.CurrentDomain.FirstChanceException += Count;
        try
        {
            foreach (var message in RefusedMessages.All) _node.Dispatcher.Dispatch(client.Connection, message.Bytes, isText: false);
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Count;
        }

        Assert.Equal(0, thrown);
        Assert.True(client.News.Length > RefusedMessages.All.Count);
    }
}
