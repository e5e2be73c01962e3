using System.Globalization;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Protocol;

/// <summary>
/// <c>subscription_succeeded</c> comes before the channel's next event, and after it nothing that was published earlier and
/// nothing missing: held under publishes that never pause.
/// </summary>
public sealed class DeliveryOrderTests(SharedServer shared, ITestOutputHelper output) : ServerTest(shared, output)
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("SOCKUDO_TEST_ALL") == "1";

    private static int Joins => Long ? 2000 : 200;

    [Theory]
    [InlineData("orders")]
    [InlineData("private-orders")]
    [InlineData("presence-orders")]
    public async Task Success_comes_first_and_then_every_event_without_a_hole(string kind)
    {
        var channel = Unique(kind);
        using var stop = new CancellationTokenSource();
        var publishing = PublishAsync(channel, stop.Token);

        var connection = await ConnectAsync();
        var member = kind.StartsWith("presence", StringComparison.Ordinal) ? """{"user_id":"1"}""" : null;
        var seen = 0;
        for (var join = 0; join < Joins; join++)
        {
            await connection.SendSubscribeAsync(channel, member);
            var succeeded = await connection.NextAsync();
            Assert.Equal("pusher_internal:subscription_succeeded", succeeded.Name);

            // A few events, then off again; the next join falls somewhere else between two publishes.
            var previous = Number(await connection.NextAsync());
            for (var more = 0; more < join % 4; more++)
            {
                var number = Number(await connection.NextAsync());
                Assert.Equal(previous + 1, number);
                previous = number;
            }

            await connection.UnsubscribeAsync(channel);
            foreach (var late in await connection.FenceAsync())
                Assert.Equal(++previous, Number(late));
            Assert.True(previous > seen, "an event from before the subscription came after it");
            seen = previous;
        }

        await stop.CancelAsync();
        Output.WriteLine($"{Joins} joins between {await publishing} publishes");
    }

    [Fact]
    public async Task Two_publishers_each_keep_their_order()
    {
        const int count = 300;
        var channel = Unique("orders");
        var connection = await ConnectAsync();
        await connection.SubscribeAsync(channel);
        await Task.WhenAll(Numbered("left"), Numbered("right"));
        await connection.FenceAsync();

        var received = connection.Received.Where(item => item.Channel == channel).ToArray();
        Assert.Equal(Enumerable.Range(0, count), received.Where(item => item.Name == "left").Select(Number));
        Assert.Equal(Enumerable.Range(0, count), received.Where(item => item.Name == "right").Select(Number));

        async Task Numbered(string name)
        {
            for (var number = 0; number < count; number++)
                await Server.Api(TestApps.Demo).PublishAsync(channel, name, number.ToString(CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public async Task All_subscribers_of_a_channel_see_one_order()
    {
        var channel = Unique("orders");
        var connections = new List<PusherConnection>();
        for (var i = 0; i < 5; i++)
        {
            connections.Add(await ConnectAsync());
            await connections[^1].SubscribeAsync(channel);
        }

        await Task.WhenAll(Enumerable.Range(0, 4).Select(publisher => Task.Run(async () =>
        {
            for (var number = 0; number < 50; number++)
                await Server.Api(TestApps.Demo).PublishAsync(channel, $"from-{publisher}", number.ToString(CultureInfo.InvariantCulture));
        })));
        foreach (var connection in connections)
            await connection.FenceAsync();

        var order = Order(connections[0]);
        Assert.Equal(200, order.Length);
        Assert.All(connections, connection => Assert.Equal(order, Order(connection)));

        string[] Order(PusherConnection connection) =>
            [.. connection.Received.Where(item => item.Channel == channel && item.Name.StartsWith("from-", StringComparison.Ordinal)).Select(item => item.Raw)];
    }

    private static int Number(PusherEvent received) => int.Parse(received.DataString, CultureInfo.InvariantCulture);

    private async Task<int> PublishAsync(string channel, CancellationToken stop)
    {
        var number = 0;
        while (!stop.IsCancellationRequested)
            await Server.Api(TestApps.Demo).PublishAsync(channel, "counted", (++number).ToString(CultureInfo.InvariantCulture));
        return number;
    }
}
