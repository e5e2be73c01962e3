using Microsoft.Extensions.DependencyInjection;
using Sockudo.Server.Adapters;
using Sockudo.Server.Apps;
using Sockudo.Server.Channels;
using Sockudo.Server.Http;
using Sockudo.Server.Messaging;
using Sockudo.Server.Metrics;
using Sockudo.Server.Protocol;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

/// <summary>What a publish to many channels costs: of the app's rate, of this server's work.</summary>
public sealed class FanoutTests(ITestOutputHelper output)
{
    private static readonly App Unlimited = ApiHost.App with { MaxEventChannelsAtOnce = null, MaxEventPayloadInKb = null, MaxEventBatchSize = null };

    private static readonly App FiveASecond = Unlimited with { MaxBackendEventsPerSecond = 5 };

    [Theory]
    [InlineData("""{"name":"e","channels":["a","b","c","d"]}""", "events", 4)]
    [InlineData("""{"name":"e","channels":["a","a","b","c","d"]}""", "events", 4)]
    [InlineData("""{"batch":[{"name":"e","channels":["a","b"]},{"name":"e","channels":["a","b"]}]}""", "batch_events", 4)]
    public async Task Each_channel_of_each_event_counts_for_the_rate(string body, string route, int counted)
    {
        await using var host = await ApiHost.StartAsync(apps: [FiveASecond]);

        var first = await host.PostAsync($"/apps/app-id/{route}", body);
        var replies = new List<ApiReply>();
        for (var i = 0; i < 2; i++) replies.Add(await host.PublishAsync("""{"name":"e","channel":"c"}"""));

        Assert.Equal((200, 200, 429), (first.Status, replies[0].Status, replies[1].Status));
        Assert.Equal(5, counted + 1);
    }

    [Theory]
    [InlineData("events", """{"name":"e","channels":["1","2","3","4","5","6"]}""")]
    [InlineData("batch_events", """{"batch":[{"name":"e","channels":["1","2","3"]},{"name":"e","channels":["1","2","3"]}]}""")]
    public async Task A_publish_that_no_second_can_admit_is_refused_for_good(string route, string body)
    {
        await using var host = await ApiHost.StartAsync(apps: [FiveASecond]);

        var reply = await host.PostAsync($"/apps/app-id/{route}", body);

        Assert.Equal((400, "never_admitted", null), (reply.Status, reply.Code, reply.Header("Retry-After")));
        Assert.Contains("counts as 6 events", reply.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retry_with_its_key_counts_once()
    {
        await using var host = await ApiHost.StartAsync(apps: [FiveASecond]);
        const string Keyed = """{"name":"e","channels":["1","2","3","4"],"idempotency_key":"k"}""";

        var replies = new List<ApiReply>();
        for (var i = 0; i < 3; i++) replies.Add(await host.PublishAsync(Keyed));

        Assert.All(replies, static reply => Assert.Equal(200, reply.Status));
    }

    [Theory]
    [InlineData("events", """{"name":"e","data":"DATA","channels":["a","b","c"]}""", 200)]
    [InlineData("events", """{"name":"e","data":"DATA","channels":["a","b","c","d"]}""", 413)]
    [InlineData("events", """{"channels":["a","b","c","d"],"name":"e","data":"DATA"}""", 413)]
    [InlineData("batch_events", """{"batch":[{"name":"e","data":"DATA","channels":["a","b"]},{"name":"e","data":"DATA","channels":["a"]}]}""", 200)]
    [InlineData("batch_events", """{"batch":[{"name":"e","data":"DATA","channels":["a","b"]},{"name":"e","data":"DATA","channels":["a","b"]}]}""", 413)]
    public async Task Channels_times_bytes_have_a_bound(string route, string body, int status)
    {
        await using var host = await StartAsync(maxFanoutBytes: 3500);

        var reply = await host.PostAsync($"/apps/app-id/{route}", body.Replace("DATA", new string('d', 1000), StringComparison.Ordinal));

        Assert.Equal(status, reply.Status);
        if (status == 413) Assert.Equal("fanout_too_large", reply.Code);
    }

    [Fact]
    public async Task A_million_channels_are_refused_by_the_default_bound()
    {
        await using var host = await ApiHost.StartAsync(apps: [Unlimited]);
        var names = string.Join(',', Enumerable.Range(0, 1_050_000).Select(static i => $"\"{i:x}\""));

        var reply = await host.PublishAsync($$"""{"name":"e","channels":[{{names}}]}""");

        Assert.Equal((413, "fanout_too_large"), (reply.Status, reply.Code));
    }

    [Fact]
    public void Of_names_above_the_bound_none_is_kept()
    {
        var names = string.Join(',', Enumerable.Range(0, 200_000).Select(static i => $"\"channel-{i}\""));
        var body = System.Text.Encoding.UTF8.GetBytes($$"""{"name":"e","channels":[{{names}}]}""");
        var request = new EventRequest(Unlimited, maxFanoutBytes: 64_000);

        var allocated = Allocated(() => Assert.Null(EventReader.ReadEvent(body, request)));

        Assert.InRange(allocated, 0, 500_000);
    }

    [Fact]
    public async Task A_channel_nobody_listens_to_costs_no_frame()
    {
        await using var host = await ApiHost.StartAsync(apps: [Unlimited]);
        var published = new PublishedEvent("e", Channels(1000), PusherWriter.StringToken(new byte[100_000]), [], Except: null);
        var publisher = host.Get<EventPublisher>();

        var allocated = Allocated(() => publisher.Publish(Unlimited, published));

        Assert.InRange(allocated, 0, 100_000);
    }

    [Fact]
    public async Task A_user_who_is_not_here_costs_no_frame()
    {
        await using var host = await ApiHost.StartAsync(apps: [Unlimited]);
        var published = new PublishedEvent("e", [Name("#server-to-user-nobody")], PusherWriter.StringToken(new byte[100_000]), [], Except: null);
        var publisher = host.Get<EventPublisher>();

        Assert.InRange(Allocated(() => publisher.Publish(Unlimited, published)), 0, 10_000);
    }

    [Fact]
    public async Task A_cache_channel_nobody_listens_to_remembers_the_event_all_the_same()
    {
        await using var host = await ApiHost.StartAsync(apps: [Unlimited]);

        await host.PublishAsync("""{"name":"e","channels":["cache-a","b"],"data":"kept"}""");

        Assert.NotNull(host.Get<IAdapter>().LastEvent(Unlimited, "cache-a"));
    }

    [Fact]
    public async Task A_publish_whose_sender_is_gone_stops_between_channels()
    {
        await using var host = await ApiHost.StartAsync(apps: [Unlimited]);
        using var gone = new CancellationTokenSource();
        var adapter = new LeavingAdapter(gone);
        var publisher = new EventPublisher(adapter, host.Get<ServerMetrics>(), TimeProvider.System);
        var published = new PublishedEvent("e", Channels(100), PusherWriter.StringToken("d"u8), [], Except: null);

        Assert.Throws<OperationCanceledException>(() => publisher.Publish(Unlimited, published, cancellationToken: gone.Token));

        Assert.Equal(3, adapter.Published);
    }

    [Fact]
    public async Task A_publish_with_a_key_is_brought_to_its_end()
    {
        await using var host = await ApiHost.StartAsync(apps: [Unlimited]);
        using var gone = new CancellationTokenSource();
        var adapter = new LeavingAdapter(gone);
        var publisher = new EventPublisher(adapter, host.Get<ServerMetrics>(), TimeProvider.System);
        var handler = ActivatorUtilities.CreateInstance<PublishHandler>(host.Services, publisher);
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext { RequestAborted = gone.Token };
        var body = """{"name":"e","channels":["1","2","3","4","5","6"],"idempotency_key":"k"}"""u8.ToArray();

        await handler.PublishAsync(new ApiRequest(context, Unlimited, RequestQuery.Parse("")!, body));

        Assert.Equal(6, adapter.Published);
    }

    [Theory]
    [InlineData("{}", 160_000)]
    [InlineData("""{"name":"e","channel":"c"},{}""", 160_000)]
    public void A_batch_that_is_wrong_at_its_first_events_allocates_next_to_nothing(string elements, int times)
    {
        var body = System.Text.Encoding.UTF8.GetBytes($$"""{"batch":[{{string.Join(',', Enumerable.Repeat(elements, times))}}]}""");
        var validator = new EventValidator(new FakeAdapter(), Microsoft.Extensions.Options.Options.Create(new HttpApiOptions()));

        var allocated = Allocated(() => Assert.NotNull(EventReader.ReadBatch(body, int.MaxValue, new EventRequest(Unlimited, 1 << 26), validator.Check, out _)));

        Assert.InRange(allocated, 0, 50_000);
    }

    [Fact]
    public void A_batch_of_many_events_keeps_none_of_them_while_it_is_checked()
    {
        const int Events = 100_000;
        var body = System.Text.Encoding.UTF8.GetBytes($$"""{"batch":[{{string.Join(',', Enumerable.Repeat("""{"name":"e","channel":"c","data":"x"}""", Events))}}]}""");
        var validator = new EventValidator(new FakeAdapter(), Microsoft.Extensions.Options.Options.Create(new HttpApiOptions()));
        BatchRequest batch = null!;

        var allocated = Allocated(() => Assert.Null(EventReader.ReadBatch(body, int.MaxValue, new EventRequest(Unlimited, 1 << 26), validator.Check, out batch)));

        // The text of the channel's name, which is garbage before the next event is read.
        Assert.Equal(Events, batch.Load.Channels);
        Assert.InRange(allocated / (double)Events, 0, 33);
    }

    private static Task<ApiHost> StartAsync(long maxFanoutBytes) => ApiHost.StartAsync(
        services => services.Configure<HttpApiOptions>(options => options.MaxFanoutBytes = maxFanoutBytes), apps: [Unlimited]);

    private static ChannelName[] Channels(int count) => [.. Enumerable.Range(0, count).Select(static i => Name($"channel-{i}"))];

    private static ChannelName Name(string name)
    {
        Assert.True(ChannelName.TryParse(name, 200, out var channel, out _));
        return channel;
    }

    private long Allocated(Action action)
    {
        action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        output.WriteLine($"allocated: {allocated} bytes");
        return allocated;
    }

    /// <summary>An adapter whose publisher leaves at the third channel.</summary>
    private sealed class LeavingAdapter(CancellationTokenSource gone) : IAdapter
    {
        private readonly FakeAdapter _inner = new();

        public int Published { get; private set; }

        public string Driver => _inner.Driver;

        public AdapterHealth Health => _inner.Health;

        public int MaxEventBytes => _inner.MaxEventBytes;

        public bool Reaches(App app, ChannelName channel) => true;

        public int Publish(App app, ChannelName channel, byte[] frame, SocketId? except, bool remember, ulong idempotencyKey = 0)
        {
            if (++Published == 3) gone.Cancel();
            return 0;
        }

        public bool TryConnect(Server.Connections.Connection connection) => _inner.TryConnect(connection);

        public void Disconnect(Server.Connections.Connection connection) => _inner.Disconnect(connection);

        public SubscribeOutcome Subscribe(Server.Connections.Connection connection, ChannelName channel, PresenceMember? member) =>
            _inner.Subscribe(connection, channel, member);

        public bool Unsubscribe(Server.Connections.Connection connection, ChannelName channel) => _inner.Unsubscribe(connection, channel);

        public void SignIn(Server.Connections.Connection connection, string userId) => _inner.SignIn(connection, userId);

        public int CloseUser(App app, string userId, PusherError reason) => _inner.CloseUser(app, userId, reason);

        public int ConnectionCount(App app) => _inner.ConnectionCount(app);

        public ChannelOccupancy Occupancy(App app, string channel) => _inner.Occupancy(app, channel);

        public IReadOnlyCollection<string> Members(App app, string channel) => _inner.Members(app, channel);

        public IEnumerable<ChannelOccupancy> Channels(App app, string prefix) => _inner.Channels(app, prefix);

        public CachedEvent? LastEvent(App app, string channel) => _inner.LastEvent(app, channel);
    }
}
