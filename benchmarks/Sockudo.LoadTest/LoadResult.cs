using System.Buffers;
using System.Text;
using System.Text.Json;
using Sockudo.LoadTest.Measuring;

namespace Sockudo.LoadTest;

/// <summary>What a run measured, and its JSON line.</summary>
internal sealed class LoadResult(LoadOptions options, LoadCounters counters)
{
    public long StartedAt { get; set; }
    public int Connected { get; set; }
    public double ConnectSeconds { get; set; }
    public double ConnectCpuSeconds { get; set; }
    public double ResidentBefore { get; set; }
    public double ResidentAfter { get; set; }
    public double ResidentPeak { get; set; }
    public double ResidentEnd { get; set; }
    public double PublishSeconds { get; set; }
    public double PublishCpuSeconds { get; set; }
    public double OwnCpuSeconds { get; set; }
    public double DisconnectCpuSeconds { get; set; }

    /// <summary>Whether every connection and delivery came.</summary>
    public bool IsComplete => counters.Failed == 0 && counters.Delivered >= counters.Expected;

    /// <summary>One line.</summary>
    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("label", options.Label);
            json.WriteString("mode", ModeName);
            json.WriteString("proto", "pusher");
            json.WriteString("ports", string.Join(',', options.Ports));
            json.WriteNumber("conns", options.Connections);
            json.WriteNumber("channels", options.Channels);
            json.WriteNumber("subs", options.Subscriptions);
            json.WriteNumber("size", options.Size);
            if (options.Mode != LoadMode.Http) WriteConnecting(json);
            if (options.Mode == LoadMode.Presence) WritePresence(json);
            if (PublishSeconds > 0) WritePublishing(json);
            json.WriteNumber("rss_peak", ResidentPeak);
            json.WriteNumber("rss_end", ResidentEnd);
            json.WriteNumber("other_frames", counters.OtherFrames);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private string ModeName => options.Mode switch
    {
        LoadMode.Fanout => "fanout",
        LoadMode.Client => "client",
        LoadMode.Storm => "storm",
        LoadMode.Churn => "churn",
        LoadMode.Subscribe => "subscribe",
        LoadMode.Presence => "presence",
        LoadMode.Http => "http",
        _ => "idle",
    };

    private void WriteConnecting(Utf8JsonWriter json)
    {
        var count = options.Mode == LoadMode.Churn ? counters.Cycles : Connected;
        json.WriteNumber("ready", count);
        json.WriteNumber("failed", counters.Failed);
        json.WriteNumber("connect_s", Math.Round(ConnectSeconds, 3));
        json.WriteNumber("conns_per_s", Math.Round(count / ConnectSeconds));
        json.WriteStartObject("connect_us");
        json.WriteNumber("p50", Math.Round(counters.ConnectLatency.Quantile(.5)));
        json.WriteNumber("p99", Math.Round(counters.ConnectLatency.Quantile(.99)));
        json.WriteNumber("max", Math.Round(counters.ConnectLatency.Max));
        json.WriteEndObject();
        json.WriteNumber("server_cpu_us_per_conn", Per(ConnectCpuSeconds, count, 1));
        json.WriteNumber("rss_before", ResidentBefore);
        json.WriteNumber("rss_after", ResidentAfter);
        json.WriteNumber("bytes_per_conn", Connected == 0 ? 0 : Math.Round((ResidentAfter - ResidentBefore) / Connected));
        if (options.Mode is LoadMode.Storm or LoadMode.Idle) json.WriteNumber("server_cpu_us_per_disconnect", Per(DisconnectCpuSeconds, Connected, 1));
    }

    private void WritePresence(Utf8JsonWriter json)
    {
        json.WriteNumber("member_added_expected", counters.Expected);
        json.WriteNumber("member_added", counters.MembersAdded);
        json.WriteNumber("events_per_s", Math.Round(counters.MembersAdded / ((counters.LastDelivery - StartedAt) / 1e9)));
        json.WriteNumber("server_cpu_us_per_event", Per(ConnectCpuSeconds, counters.MembersAdded, 2));
    }

    private void WritePublishing(Utf8JsonWriter json)
    {
        var isOpenLoop = options.Rate > 0 || options.Mode is LoadMode.Http or LoadMode.Subscribe;
        var units = options.Mode == LoadMode.Http ? counters.HttpOk * options.Batch : counters.Delivered;
        json.WriteNumber("rate", options.Rate);
        json.WriteNumber("window", isOpenLoop ? 0 : options.Window);
        json.WriteNumber("batch", options.Batch);
        json.WriteNumber("published", counters.Published);
        json.WriteNumber("http_ok", counters.HttpOk);
        json.WriteNumber("http_bad", counters.HttpBad);
        json.WriteNumber("http_reopened", counters.HttpReopened);
        if (options.Mode != LoadMode.Http)
        {
            json.WriteNumber("expected", counters.Expected);
            json.WriteNumber("delivered", counters.Delivered);
            json.WriteNumber("lost", counters.Expected - counters.Delivered);
        }

        json.WriteNumber("seconds", Math.Round(PublishSeconds, 3));
        json.WriteNumber("per_s", Math.Round(units / PublishSeconds));
        json.WriteNumber("publish_per_s", Math.Round(counters.Published / PublishSeconds, 1));
        WriteLatency(json, counters.Latency);
        json.WriteNumber("server_cpu_us", Per(PublishCpuSeconds, units, 3));
        json.WriteNumber("client_cpu_us", Per(OwnCpuSeconds, units, 3));
        json.WriteNumber("server_cores", Math.Round(PublishCpuSeconds / PublishSeconds, 2));
    }

    private static void WriteLatency(Utf8JsonWriter json, LatencyHistogram latency)
    {
        json.WriteStartObject("lat_us");
        json.WriteNumber("p50", Math.Round(latency.Quantile(.5)));
        json.WriteNumber("p90", Math.Round(latency.Quantile(.9)));
        json.WriteNumber("p99", Math.Round(latency.Quantile(.99)));
        json.WriteNumber("p999", Math.Round(latency.Quantile(.999)));
        json.WriteNumber("max", Math.Round(latency.Max));
        json.WriteEndObject();
    }

    private static double Per(double seconds, double count, int digits) => count > 0 ? Math.Round(seconds * 1e6 / count, digits) : 0;
}
