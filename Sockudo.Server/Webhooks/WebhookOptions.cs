namespace Sockudo.Server.Webhooks;

/// <summary>How webhooks are joined, sent and retried (configuration section <c>webhooks</c>).</summary>
internal sealed class WebhookOptions
{
    /// <summary>Whether there are webhooks at all (<c>queue.driver</c> is not none). Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Whether events of a partition for one URL are joined into one request (<c>batching.enabled</c>). Default true.</summary>
    public bool BatchingEnabled { get; set; } = true;

    /// <summary>How long events are collected, from the first one on (<c>batching.duration</c>). Unit: milliseconds. Default 50.</summary>
    public long BatchingDurationMs { get; set; } = 50;

    /// <summary>Most events of one request (<c>batching.size</c>). Default 100.</summary>
    public long BatchingSize { get; set; } = 100;

    /// <summary>Most requests under way to one URL of one app from this node. Default 5; more than 8 is 8, one a partition.</summary>
    public long Concurrency { get; set; } = 5;

    /// <summary>The longest that one request may take, connecting included. Unit: milliseconds. Default 10000.</summary>
    public long RequestTimeoutMs { get; set; } = 10_000;

    /// <summary>The wait after a first failed attempt; it doubles with each further one. Unit: milliseconds. Default 1000.</summary>
    public long RetryFirstDelayMs { get; set; } = 1_000;

    /// <summary>The longest wait between two attempts. Unit: milliseconds. Default 60000.</summary>
    public long RetryMaxDelayMs { get; set; } = 60_000;

    /// <summary>The age from which a delivery whose attempt fails is given up. Unit: milliseconds. Default 300000.</summary>
    public long RetryGiveUpAfterMs { get; set; } = 300_000;

    /// <summary>Whether private and loopback addresses are refused. Link-local and cloud metadata addresses always are. Default false.</summary>
    public bool BlockPrivateNetworks { get; set; }
}
