using System.Reflection;
using System.Text.Json;
using Sockudo.Server.Adapters;
using Sockudo.Server.Apps;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;
using Sockudo.Server.Metrics;

namespace Sockudo.Server.Http;

/// <summary>
/// Reads the node's numbers from where they are true: the registries, walked without a lock that a publish takes, and the counters
/// of the metrics. What changes during the walk may or may not be seen. Thread-safe.
/// </summary>
internal sealed class Statistics(
    IAppManager apps, IAdapter adapter, ConnectionRegistry connections, ChannelRegistry channels, WebhookStatistics webhooks, ServerMetrics metrics, TimeProvider time)
{
    private static readonly string Version = typeof(Statistics).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    private readonly long _startedAt = time.GetTimestamp();

    /// <summary>The answer of <c>/stats</c>. Unit of durations: seconds; of sizes: bytes.</summary>
    public async ValueTask<ApiAnswer> ReadAsync(CancellationToken cancellationToken)
    {
        var all = await apps.ListAsync(cancellationToken);
        var deadLetters = await webhooks.DeadLettersAsync(all, cancellationToken);
        return ApiAnswer.Object(json =>
        {
            json.WriteString("version"u8, Version);
            json.WriteNumber("uptime"u8, (long)time.GetElapsedTime(_startedAt).TotalSeconds);
            WriteAdapter(json);
            json.WriteNumber("connections"u8, connections.Count);
            webhooks.WriteQueue(json);
            WriteProcess(json);
            json.WriteStartArray("apps"u8);
            foreach (var app in all) WriteApp(json, app, deadLetters.GetValueOrDefault(app.Id));
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

    private void WriteApp(Utf8JsonWriter json, App app, long? deadLetters)
    {
        var counters = metrics.ForApp(app.Id);
        json.WriteStartObject();
        json.WriteString("id"u8, app.Id);
        json.WriteBoolean("enabled"u8, app.Enabled);
        json.WriteNumber("connections"u8, connections.For(app).Count);
        json.WriteNumber("users"u8, connections.For(app).All.Select(static connection => connection.UserId).Where(static user => user is not null).Distinct().Count());
        WriteChannels(json, app);
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

    private void WriteChannels(Utf8JsonWriter json, App app)
    {
        var byType = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var (count, subscriptions, members) = (0, 0, 0);
        foreach (var channel in channels.All)
        {
            if (channel.App.Id != app.Id || channel.LocalSubscriptionCount is not (> 0 and var here)) continue;
            count++;
            subscriptions += here;
            members += channel.UserCount;
            byType[channel.Name.MetricLabel] = byType.GetValueOrDefault(channel.Name.MetricLabel) + 1;
        }

        json.WriteNumber("channels"u8, count);
        json.WriteStartObject("channels_by_type"u8);
        foreach (var (type, number) in byType) json.WriteNumber(type, number);
        json.WriteEndObject();
        json.WriteNumber("subscriptions"u8, subscriptions);
        json.WriteNumber("presence_members"u8, members);
    }
}
