using System.Diagnostics.Metrics;
using Sockudo.Server.Metrics;

namespace Sockudo.Server.Adapters.Cluster;

/// <summary>
/// The cluster's instruments. The names that begin with <c>horizontal_adapter_</c> are the original's, for what comes nearest here:
/// snapshot and repair requests, the only ones there are. They are of no app, which their label <c>app_id</c> says. Read at each
/// collection, without the node's lock where it is a counter.
/// </summary>
internal static class ClusterInstruments
{
    private static readonly KeyValuePair<string, object?> OfNoApp = new("app_id", MetricLabels.GlobalApp);

    // The original's bounds, and those an answer really takes.
    private static readonly InstrumentAdvice<double> RequestBuckets = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000],
    };

    public static void AddTo(ServerMetrics metrics, ClusterNode node, ClusterRuntime runtime)
    {
        var meter = metrics.Meter;
        var counters = node.Counters;
        Request("sent_requests", "{request}", "Snapshot and repair requests sent.", () => counters.RequestsSent);
        Request("received_requests", "{request}", "Snapshot and repair requests of other nodes.", () => counters.RequestsReceived);
        Request("received_responses", "{response}", "Snapshot and repair answers of other nodes.", () => counters.AnswersReceived);
        Request("resolved_promises", "{request}", "Requests that were answered.", () => counters.RequestsAnswered);
        Request("uncomplete_promises", "{request}", "Requests repeated because no answer came in time.", () => counters.RequestsRepeated);
        var answered = meter.CreateHistogram(
            ServerMetrics.InstrumentPrefix + "horizontal_adapter_resolve_time", "ms", "From a snapshot or repair request until its answer, in milliseconds.",
            tags: null, RequestBuckets);
        node.RequestAnswered = time => answered.Record(time.TotalMilliseconds, OfNoApp);
        Counter("cluster_messages_sent_total", "{message}", "Messages given to the broker.", () => counters.Sent);
        Counter("cluster_sent_bytes_total", "By", "Bytes given to the broker.", () => counters.SentBytes);
        Counter("cluster_send_failures_total", "{message}", "Messages the broker did not take; they are sent again.", () => counters.SendFailures);
        Counter("cluster_messages_received_total", "{message}", "Messages of other nodes.", () => counters.Received);
        Counter("cluster_received_bytes_total", "By", "Bytes of other nodes.", () => counters.ReceivedBytes);
        Counter("cluster_gaps_total", "{gap}", "Gaps found in other nodes' streams.", () => counters.Gaps);
        Counter("cluster_entries_repaired_total", "{entry}", "Entries got by repair.", () => counters.Repaired);
        Counter("cluster_entries_lost_total", "{entry}", "Entries that could not be repaired: lost events or state.", () => counters.Lost);
        Counter("cluster_entries_oversized_total", "{entry}", "Entries too large for the broker, not sent to other nodes.", () => node.Oversized);
        Counter("cluster_entries_unsendable_total", "{entry}", "Entries the broker will never take; every other node counts each as lost.", () => counters.Unsendable);
        Counter("cluster_garbage_total", "{message}", "Messages and entries that did not parse.", () => counters.Garbage);
        Counter("cluster_refused_total", "{message}", "Messages of nodes with another version, secret or partition count.", () => counters.Refused);
        Counter("cluster_inbox_dropped_total", "{message}", "Messages dropped because too many waited; they are repaired.", () => runtime.InboxDropped);
        Counter("cluster_deaths_total", "{node}", "Nodes declared dead.", () => counters.Deaths);
        Counter("cluster_reconnects_total", "{connection}", "Connections replaced because delivery was not proven.", () => counters.Reconnects);
        meter.CreateObservableGauge(ServerMetrics.InstrumentPrefix + "cluster_nodes", () => node.AliveNodes, "{node}", "Live nodes, this one included.");
        meter.CreateObservableGauge(
            ServerMetrics.InstrumentPrefix + "cluster_proven", () => node.IsReady(out _) ? 1 : 0, unit: null, "1 while delivery through the broker is proven.");
        meter.CreateObservableGauge(
            ServerMetrics.InstrumentPrefix + "cluster_proof_latency_ms", () => node.Status().Partitions.Max(static partition => partition.ProofLatencyMs), "ms",
            "How long this node's last heartbeat took to come back.");
        meter.CreateObservableGauge(
            ServerMetrics.InstrumentPrefix + "cluster_ring_fill", () => node.Status().Partitions.Max(static partition => partition.RingFill), "1",
            "How full the ring of the node's own stream is.");

        void Request(string name, string unit, string description, Func<long> read) => meter.CreateObservableCounter(
            ServerMetrics.InstrumentPrefix + "horizontal_adapter_" + name, () => new Measurement<long>(read(), OfNoApp), unit, description);

        void Counter(string name, string unit, string description, Func<long> read) =>
            meter.CreateObservableCounter(ServerMetrics.InstrumentPrefix + name, read, unit, description);
    }
}
