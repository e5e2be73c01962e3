using System.Text.Json;
using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Gateway;

/// <summary>Many frames of one client that come in one segment, and frames that hold no event.</summary>
public sealed class FrameBurstTests : IDisposable
{
    private readonly Gate _gate = new();

    public void Dispose() => _gate.Dispose();

    [Fact]
    public async Task Subscribe_event_unsubscribe_subscribe_event_are_obeyed_in_their_order()
    {
        var other = _gate.Node.Connect().Subscribe("private-c").Quietly();
        var client = await new LoopClient(_gate).GreetedAsync();
        await client.SayAsync(
            Subscribe(client), Event("client-x"), Unsubscribe(), Subscribe(client), Event("client-y"));
        await SettleAsync(client);

        Assert.Equal(["client-x", "client-y"], other.NewEvents);
        Assert.Equal(2, client.Texts.Count(static text => text.Contains("subscription_succeeded", StringComparison.Ordinal)));
        Assert.DoesNotContain(client.Texts, static text => text.Contains("pusher:error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_event_behind_the_unsubscribe_is_refused_and_not_relayed()
    {
        var other = _gate.Node.Connect().Subscribe("private-c").Quietly();
        var client = await new LoopClient(_gate).GreetedAsync();
        await client.SayAsync(Subscribe(client), Unsubscribe(), Event("client-z"));
        await SettleAsync(client);

        Assert.Empty(other.NewEvents);
        Assert.Single(client.Texts, static text => text.Contains("pusher:error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Unsubscribes_of_what_is_not_subscribed_are_silent()
    {
        var client = await new LoopClient(_gate).GreetedAsync();
        await client.SayAsync(Unsubscribe(), Unsubscribe());
        await SettleAsync(client);

        Assert.Equal(2, client.Texts.Length); // the greeting and the pong
    }

    [Fact]
    public async Task Thirty_joins_and_leaves_alternate_for_who_watches()
    {
        var watcher = _gate.Node.Connect().Join("presence-room", "watcher").Quietly();
        var client = await new LoopClient(_gate).GreetedAsync();
        const string ChannelData = """{"user_id":"p"}""";
        var join = Wire.Client(JsonSerializer.Serialize(new
        {
            @event = "pusher:subscribe",
            data = new { channel = "presence-room", auth = TestApps.Auth(TestApps.Default, $"{client.Connection.Id}:presence-room:{ChannelData}"), channel_data = ChannelData },
        }));
        var leave = Wire.Client("""{"event":"pusher:unsubscribe","data":{"channel":"presence-room"}}""");
        await client.SayAsync([.. Enumerable.Range(0, 30).SelectMany(_ => new[] { join, leave })]);
        await SettleAsync(client);

        Assert.Equal(
            Enumerable.Range(0, 60).Select(static i => i % 2 == 0 ? "pusher_internal:member_added" : "pusher_internal:member_removed"), watcher.NewEvents);
    }

    [Theory]
    [InlineData(new byte[] { 0, 159, 146, 150 })]
    [InlineData(new byte[] { (byte)'"', (byte)'"' })]
    [InlineData(new byte[] { (byte)'5' })]
    public async Task A_binary_frame_that_holds_no_event_is_an_error_and_the_socket_works_on(byte[] payload)
    {
        var client = await new LoopClient(_gate).GreetedAsync();
        await client.SayAsync(Wire.Client(Opcode.Binary, payload));
        await client.GotAsync("\"code\":4000");

        await SettleAsync(client);
    }

    [Theory]
    [InlineData("""{"event": "pusher:ping"}""")]
    [InlineData("""{"event":"pusher:ping","data":{}}""")]
    [InlineData("""{"event":"pusher:ping","data":""}""")]
    [InlineData("""{"event":"pusher:ping","data":"{}"}""")]
    [InlineData("""{"event":"pusher:ping","data":null}""")]
    [InlineData(""" { "data" : { } , "event" : "pusher:ping" } """)]
    public async Task A_ping_in_any_clients_writing_is_one_pong(string ping)
    {
        var client = await new LoopClient(_gate).GreetedAsync();
        await client.SayAsync(ping);
        await client.GotAsync("pusher:pong");
        await client.SayAsync("""{"event":"client-fence","channel":"nowhere"}""");
        await client.GotAsync("pusher:error");

        Assert.Single(client.Texts, static text => text.Contains("pusher:pong", StringComparison.Ordinal));
    }

    private static async Task SettleAsync(LoopClient client)
    {
        await client.SayAsync("""{"event":"pusher:ping"}""");
        await client.GotAsync("pusher:pong");
    }

    private static byte[] Subscribe(LoopClient client) => Wire.Client(JsonSerializer.Serialize(new
    {
        @event = "pusher:subscribe",
        data = new { channel = "private-c", auth = TestApps.Auth(TestApps.Default, $"{client.Connection.Id}:private-c") },
    }));

    private static byte[] Unsubscribe() => Wire.Client("""{"event":"pusher:unsubscribe","data":{"channel":"private-c"}}""");

    private static byte[] Event(string name) => Wire.Client($$$"""{"event":"{{{name}}}","channel":"private-c","data":{"n":1}}""");
}
