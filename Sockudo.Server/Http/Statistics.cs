using System.Reflection;
using System.Text.Json;
using Sockudo.Server.Adapters;
using Sockudo.Server.Apps;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;
using Sockudo.Server.Metrics;

namespace Sockudo.Server.Http;

/// <summary>
/// Reads the node's numbers from where they are true: the registries, walked once and without a lock that a publish takes, and the
/// counters of the metrics. What changes during the walk may or may not be seen. Read at most once a second, however many ask: an
/// answer costs a walk over all channels, and whoever reaches the listener may ask. Thread-safe.
/// </summary>
internal sealed class Statistics(
    IAppManager apps, IAdapter adapter, ConnectionRegistry connections, ChannelRegistry channels, WebhookStatistics webhooks, ServerMetrics metrics, TimeProvider time)
{
    private static readonly string Version = typeof(Statistics).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly long _startedAt = time.GetTimestamp();
    private readonly Lock _gate = new(); // guards the two below
    private Task<ApiAnswer>? _last;
    private long _lastAt;

    /// <summary>The answer of <c>/stats</c>, not older than a second. Unit of durations: seconds; of sizes: bytes.</summary>
    public Task<ApiAnswer> ReadAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_last is null || (_last.IsCompleted && time.GetElapsedTime(_lastAt) >= Fresh))
            {
                _lastAt = time.GetTimestamp();

                // On the pool and for all who ask meanwhile: one who goes away takes no answer from the others.
                _last = Task.Run(() => BuildAsync(CancellationToken.None), CancellationToken.None);
            }

            return _last.WaitAsync(cancellationToken);
        }
    }

    private async Task<ApiAnswer> BuildAsync(CancellationToken cancellationToken)
    {
        var all = await apps.ListAsync(cancellationToken);
        var deadLetters = await webhooks.DeadLettersAsync(all, cancellationToken);
        var channelsOf = CountChannels();
        return ApiAnswer.Object(json =>
        {
            json.WriteString("version"u8, Version);
            json.WriteNumber("uptime"u8, (long)time.GetElapsedTime(_startedAt).TotalSeconds);
            WriteAdapter(json);
            json.WriteNumber("connections"u8, connections.Count);
            webhooks.WriteQueue(json);
            WriteProcess(json);
            json.WriteStartArray("apps"u8);
            foreach (var app in all) WriteApp(json, app, channelsOf.GetValueOrDefault(app.Id), deadLetters.GetValueOrDefault(app.Id));
            json.WriteEndArray();
        });
    }

    private void WriteAdapter(Utf8JsonWriter json)
    {
        var health = adapter.Health;
        json.WriteStartObject("adapter"u8);
        json.WriteString("driver"u8, adapter.Driver);
        json.WriteString("health"u8, health.State.ToString().ToLowerInvariant());
        if (health.Reason.Length > 0) json.WriteString("reason"u8, health.Reason);
        json.WriteEndObject();
    }

    private static void WriteProcess(Utf8JsonWriter json)
    {
        json.WriteStartObject("process"u8);
        json.WriteNumber("working_set"u8, Environment.WorkingSet);
        json.WriteNumber("heap"u8, GC.GetTotalMemory(forceFullCollection: false));
        json.WriteNumber("threads"u8, ThreadPool.ThreadCount);
        json.WriteEndObject();
    }

    private void WriteApp(Utf8JsonWriter json, App app, ChannelCounts? channels, long? deadLetters)
    {
        var counters = metrics.ForApp(app.Id);
        json.WriteStartObject();
        json.WriteString("id"u8, app.Id);
        json.WriteBoolean("enabled"u8, app.Enabled);
        json.WriteNumber("connections"u8, connections.For(app).Count);
        json.WriteNumber("users"u8, connections.For(app).All.Select(static connection => connection.UserId).Where(static user => user is not null).Distinct().Count());
        (channels ?? ChannelCounts.None).WriteTo(json);
        webhooks.WriteApp(json, app, deadLetters);
        json.WriteStartObject("totals"u8);
        json.WriteNumber("connections_opened"u8, counters.ConnectionsOpened);
        json.WriteNumber("connections_closed"u8, counters.ConnectionsClosed);
        json.WriteNumber("messages_received"u8, counters.MessagesReceived);
        json.WriteNumber("messages_sent"u8, counters.MessagesSent);
        json.WriteNumber("socket_bytes_received"u8, counters.SocketBytesReceived);
        json.WriteNumber("socket_bytes_sent"u8, counters.SocketBytesSent);
        json.WriteNumber("http_calls"u8, counters.HttpCalls);
        json.WriteNumber("slow_consumers_closed"u8, counters.SlowConsumersClosed);
        json.WriteNumber("frames_dropped"u8, counters.FramesDropped);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>What each app has of channels that are occupied here, in one walk.</summary>
    private Dictionary<string, ChannelCounts> CountChannels()
    {
        var counts = new Dictionary<string, ChannelCounts>(StringComparer.Ordinal);
        foreach (var channel in channels.Listed)
        {
            if (channel.LocalSubscriptionCount is not (> 0 and var here)) continue;
            if (!counts.TryGetValue(channel.App.Id, out var app)) counts[channel.App.Id] = app = new ChannelCounts();
            app.Add(channel, here);
        }

        return counts;
    }

    private sealed class ChannelCounts
    {
        public static readonly ChannelCounts None = new();

        private readonly SortedDictionary<string, int> _byType = new(StringComparer.Ordinal);
        private int _channels;
        private int _subscriptions;
        private int _members;

        public void Add(Channel channel, int here)
        {
            _channels++;
            _subscriptions += here;
            _members += channel.UserCount;
            _byType[channel.Name.MetricLabel] = _byType.GetValueOrDefault(channel.Name.MetricLabel) + 1;
        }

        public void WriteTo(Utf8JsonWriter json)
        {
            json.WriteNumber("channels"u8, _channels);
            json.WriteStartObject("channels_by_type"u8);
            foreach (var (type, number) in _byType) json.WriteNumber(type, number);
            json.WriteEndObject();
            json.WriteNumber("subscriptions"u8, _subscriptions);
            json.WriteNumber("presence_members"u8, _members);
        }
    }
}
