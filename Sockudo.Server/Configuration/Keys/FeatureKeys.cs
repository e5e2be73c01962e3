using Sockudo.Server.Configuration.Values;

namespace Sockudo.Server.Configuration.Keys;

/// <summary>Sections of the original that have no effect here: <c>cleanup</c>, <c>delta_compression</c>, <c>tag_filtering</c>, <c>app_manager.scylladb</c>.</summary>
internal static class FeatureKeys
{
    /// <summary>The section of the documentation.</summary>
    public static readonly KeySection Section = new("Without effect", "Known, checked, and warned about at start when they ask for something.", [
        Held.Boolean("cleanup.async_enabled", true, "Clean up in the background.", "CLEANUP_ASYNC_ENABLED", Notices.Cleanup),
        Held.Boolean("cleanup.fallback_to_sync", true, "Clean up in place when the queue is full.", "CLEANUP_FALLBACK_TO_SYNC", Notices.Cleanup),
        Held.Integer("cleanup.queue_buffer_size", 1024, "Queue of a worker.", "CLEANUP_QUEUE_BUFFER_SIZE", notice: Notices.Cleanup, minimum: 1),
        Held.Integer("cleanup.batch_size", 64, "Disconnects of one batch.", "CLEANUP_BATCH_SIZE", notice: Notices.Cleanup, minimum: 1),
        Held.Integer("cleanup.batch_timeout_ms", 100, "Longest wait for a batch.", "CLEANUP_BATCH_TIMEOUT_MS", "ms", Notices.Cleanup, minimum: 1),
        Held.Of("cleanup.worker_threads", WorkerThreadsFormat.Instance, null, "Workers.", "CLEANUP_WORKER_THREADS", notice: Notices.Cleanup),
        Held.Integer("cleanup.max_retry_attempts", 3, "Retries.", "CLEANUP_MAX_RETRY_ATTEMPTS", notice: Notices.Cleanup),
        Held.Boolean("delta_compression.enabled", true, "Offer deltas.", notice: Notices.Delta),
        Held.Text("delta_compression.algorithm", "fossil", "`fossil` or `xdelta3`.", notice: Notices.Delta),
        Held.Integer("delta_compression.full_message_interval", 10, "Deltas between full messages.", notice: Notices.Delta),
        Held.Integer("delta_compression.min_message_size", 100, "Smallest message that is compressed.", unit: "bytes", notice: Notices.Delta),
        Held.Integer("delta_compression.max_state_age_secs", 300, "Oldest base.", unit: "seconds", notice: Notices.Delta),
        Held.Integer("delta_compression.max_channel_states_per_socket", 100, "Channels with a base, for each socket.", notice: Notices.Delta),
        Held.OptionalInteger("delta_compression.max_conflation_states_per_channel", 100, "Bases of a channel.", notice: Notices.Delta),
        Held.OptionalText("delta_compression.conflation_key_path", null, "Path of the conflation key.", notice: Notices.Delta),
        Held.Boolean("delta_compression.cluster_coordination", false, "Coordinate full messages across nodes.", notice: Notices.Delta),
        Held.Boolean("delta_compression.omit_delta_algorithm", false, "Leave the algorithm out of messages.", notice: Notices.Delta),
        Held.Boolean("tag_filtering.enabled", false, "Offer filters.", "TAG_FILTERING_ENABLED", Notices.Tags),
        Held.Boolean("tag_filtering.enable_tags", true, "Send tags to clients.", notice: Notices.Tags),
        .. DatabaseKeys.Scylla("app_manager.scylladb", Notices.AppManagerScylla),
    ]);
}
