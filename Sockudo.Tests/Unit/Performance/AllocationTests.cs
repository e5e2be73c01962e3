using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sockudo.Server.Adapters;
using Sockudo.Server.Caching;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;
using Sockudo.Server.Messaging;
using Sockudo.Server.Metrics;
using Sockudo.Server.Metrics.Prometheus;
using Sockudo.Server.Protocol;
using Sockudo.Server.RateLimiting;
using Sockudo.Server.Transport;
using Sockudo.Server.Webhooks;
using Xunit;

namespace Sockudo.Tests.Unit.Performance;

/// <summary>
/// What the hot paths allocate, to the byte. A time says something about a machine; an allocation says something about the code,
/// and a new one on these paths is what makes the measured figures of docs/performance.md go.
/// </summary>
public sealed class AllocationTests(ITestOutputHelper output) : IDisposable
{
    private const int WarmUps = 5;

    private readonly HeldOutput _output = new();
    private readonly ServerMetrics _metrics = new();
    private readonly ChannelName _private = Name("private-orders");
    private readonly ChannelName _presence = Name("presence-room");

    public void Dispose()
    {
        _output.Dispose();
        _metrics.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void A_fan_out_allocates_nothing_for_any_number_of_recipients(int subscribers)
    {
        var adapter = Adapter();
        for (var i = 0; i < subscribers; i++) adapter.Subscribe(_output.Connect(), _private, null);
        var frame = PusherWriter.ChannelEvent("order-shipped", _private.Value, "\"{}\""u8, []);
        Assert.Equal(0, AllocatedBy(() => adapter.Publish(_output.App, _private, frame, null, remember: false)));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(65536)]
    public void Encoding_a_publish_allocates_the_frame_and_nothing_else(int size)
    {
        var data = PusherWriter.StringToken(Enumerable.Repeat((byte)'x', size).ToArray());
        byte[] frame = [];
        var allocated = AllocatedBy(() => frame = PusherWriter.ChannelEvent("order-shipped", "private-orders", data, []));
        Assert.Equal(SizeOfArray(frame.Length), allocated);
    }

    [Fact]
    public void Reading_a_frame_allocates_nothing()
    {
        using var reader = new FrameReader(65536, 65536);
        var frame = MaskedText("""{"event":"pusher:ping","data":{}}"""u8);
        var buffer = new byte[frame.Length];
        var found = FrameEvent.NeedMore;
        Assert.Equal(0, AllocatedBy(() =>
        {
            frame.CopyTo(buffer, 0);
            var input = new ReadOnlySequence<byte>(buffer);
            found = reader.Read(ref input, out _);
        }));
        Assert.Equal(FrameEvent.Message, found);
    }

    [Fact]
    public void Reading_a_frame_that_comes_in_two_pieces_allocates_nothing()
    {
        using var reader = new FrameReader(65536, 65536);
        var frame = MaskedText(Enumerable.Repeat((byte)'x', 1000).ToArray());
        var found = FrameEvent.NeedMore;
        Assert.Equal(0, AllocatedBy(() =>
        {
            var input = new ReadOnlySequence<byte>(frame, 0, 500);
            reader.Read(ref input, out _);
            input = new ReadOnlySequence<byte>(frame, 500, frame.Length - 500);
            found = reader.Read(ref input, out _);
            input = ReadOnlySequence<byte>.Empty;
            reader.Read(ref input, out _);
        }));
        Assert.Equal(FrameEvent.Message, found);
    }

    [Fact]
    public void Answering_a_ping_allocates_nothing()
    {
        var dispatcher = Dispatcher(Adapter());
        var connection = _output.Connect();
        Assert.Equal(0, AllocatedBy(() => dispatcher.Dispatch(connection, """{"event":"pusher:ping","data":{}}"""u8, isText: true)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void A_client_event_allocates_its_names_and_one_frame_for_any_number_of_recipients(int recipients)
    {
        const string Event = "client-typing";
        const string Data = """{"user":"ada"}""";
        var adapter = Adapter();
        var dispatcher = Dispatcher(adapter);
        var sender = _output.Connect();
        adapter.Subscribe(sender, _private, null);
        for (var i = 0; i < recipients; i++) adapter.Subscribe(_output.Connect(), _private, null);
        var message = Encoding.UTF8.GetBytes($$"""{"event":"{{Event}}","channel":"{{_private.Value}}","data":{{Data}}}""");
        var frame = PusherWriter.ClientEvent(Event, _private.Value, Encoding.UTF8.GetBytes(Data), null);
        var expected = SizeOfString(Event.Length) + SizeOfString(_private.Value.Length) + SizeOfArray(frame.Length);
        Assert.Equal(expected, AllocatedBy(() => dispatcher.Dispatch(sender, message, isText: true)));
    }

    [Fact]
    public void A_client_events_data_is_passed_on_without_a_copy_of_its_own()
    {
        const string Event = "client-typing";
        const string Text = "not a JSON value but a sentence";
        var adapter = Adapter();
        var dispatcher = Dispatcher(adapter);
        var sender = _output.Connect();
        adapter.Subscribe(sender, _private, null);
        adapter.Subscribe(_output.Connect(), _private, null);
        var message = Encoding.UTF8.GetBytes($$"""{"event":"{{Event}}","channel":"{{_private.Value}}","data":"{{Text}}"}""");
        var frame = PusherWriter.ClientEvent(Event, _private.Value, Encoding.UTF8.GetBytes($"\"{Text}\""), null);
        var names = SizeOfString(Event.Length) + SizeOfString(_private.Value.Length);
        var expected = names + SizeOfArray(frame.Length);
        Assert.Equal(expected, AllocatedBy(() => dispatcher.Dispatch(sender, message, isText: true)));
    }

    [Fact]
    public void Telling_that_a_member_joined_costs_no_allocation_per_member()
    {
        var joinSmall = AllocatedByJoinAndLeave(members: 100);
        var joinLarge = AllocatedByJoinAndLeave(members: 200);

        // What grows is the joiner's own list of members: an entry each, and its text in the one answer.
        var perMember = (joinLarge - joinSmall) / 100.0;
        Assert.InRange(perMember, 0, 64);
    }

    [Fact]
    public void Recording_a_broadcast_for_Prometheus_allocates_nothing()
    {
        using var exporter = new PrometheusExporter(_metrics, "sockudo_", 9601, NullLogger<PrometheusExporter>.Instance);
        Assert.Equal(0, AllocatedBy(() => _metrics.BroadcastLatency("app-id", "private", 1000, 1.5)));
    }

    [Fact]
    public void Counting_what_was_sent_and_received_allocates_nothing()
    {
        Assert.Equal(0, AllocatedBy(() =>
        {
            _output.Metrics.Sent(4, 512);
            _output.Metrics.MessageReceived(100);
            _output.Metrics.Subscribed("private");
        }));
    }

    private long AllocatedByJoinAndLeave(int members)
    {
        var adapter = Adapter();
        for (var i = 0; i < members; i++) adapter.Subscribe(_output.Connect(), _presence, new PresenceMember($"user-{i:D4}", PresenceMember.NoInfo));
        var guest = _output.Connect();
        var member = new PresenceMember("ada", PresenceMember.NoInfo);
        return AllocatedBy(() =>
        {
            adapter.Subscribe(guest, _presence, member);
            adapter.Unsubscribe(guest, _presence);
        });
    }

    /// <summary>Bytes this thread allocates by an action that has run before; the output loop stands still meanwhile.</summary>
    private long AllocatedBy(Action action)
    {
        long allocated = 0;
        for (var i = 0; i <= WarmUps; i++)
        {
            _output.Hold();
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            _output.Release();
        }

        output.WriteLine($"allocated: {allocated} bytes");
        return allocated;
    }

    [Fact]
    public void A_hit_on_a_limiter_in_memory_completes_at_once_and_allocates_nothing()
    {
        var limiter = new MemoryRateLimiter(1_000_000, TimeSpan.FromHours(1), TimeProvider.System);
        Assert.True(IsAdmittedAtOnce(limiter.HitAsync("203.0.113.7", CancellationToken.None)));
        const int Hits = 5_000;
        var allocated = AllocatedBy(() =>
        {
            for (var i = 0; i < 100; i++) _ = IsAdmittedAtOnce(limiter.HitAsync("203.0.113.7", CancellationToken.None));
        });
        var batches = new TimeSpan[21];
        for (var batch = 0; batch < batches.Length; batch++)
        {
            var started = TimeProvider.System.GetTimestamp();
            for (var i = 0; i < Hits; i++) _ = IsAdmittedAtOnce(limiter.HitAsync("203.0.113.7", CancellationToken.None));
            batches[batch] = TimeProvider.System.GetElapsedTime(started);
        }

        // The median: a batch in which another process had the processor says nothing.
        var each = batches.Order().ElementAt(batches.Length / 2).TotalNanoseconds / Hits;

        output.WriteLine($"A hit takes {each:0} ns.");
        Assert.Equal(0, allocated);
        Assert.InRange(each, 0, 5_000);
    }

    private static bool IsAdmittedAtOnce(ValueTask<RateLimitLease> hit) => hit.IsCompletedSuccessfully && hit.Result.Allowed;

    private static long SizeOfArray(int length) => (24 + length + 7) & ~7;

    private static long SizeOfString(int length) => (22 + (2 * length) + 7) & ~7;

    private static ChannelName Name(string name)
    {
        Assert.True(ChannelName.TryParse(name, 200, out var channel, out _));
        return channel;
    }

    private static LocalAdapter Adapter()
    {
        var options = Options.Create(new MessagingOptions());
        var observer = new OccupancyNotifier(new SubscriptionCountNotifier(options, TimeProvider.System), new WatchlistNotifier());
        var cache = new CachedEvents(new MemoryCache<CachedFrame>(100, TimeProvider.System));
        return new LocalAdapter(new ConnectionRegistry(), new ChannelRegistry(cache, observer), observer);
    }

    private MessageDispatcher Dispatcher(LocalAdapter adapter)
    {
        var options = Options.Create(new MessagingOptions());
        return new MessageDispatcher(
            new SubscribeHandler(adapter, options),
            new ClientEventHandler(
                adapter, new WebhookEvents(new WebhookMetrics(_metrics), Options.Create(new WebhookOptions()), TimeProvider.System), _metrics, TimeProvider.System),
            new SigninHandler(adapter, new WatchlistNotifier(), options),
            TimeProvider.System,
            NullLogger<MessageDispatcher>.Instance);
    }

    private static byte[] MaskedText(ReadOnlySpan<byte> payload)
    {
        byte[] mask = [0x5a, 0x13, 0xc7, 0x2e];
        var server = ServerFrame.Create(Opcode.Text, payload);
        var header = server.Length - payload.Length;
        byte[] frame = [.. server.AsSpan(0, header), .. mask, .. payload];
        frame[1] |= 0x80;
        for (var i = 0; i < payload.Length; i++) frame[header + 4 + i] ^= mask[i & 3];
        return frame;
    }
}
