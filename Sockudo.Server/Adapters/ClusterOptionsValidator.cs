using Microsoft.Extensions.Options;

namespace Sockudo.Server.Adapters;

/// <summary>Refuses cluster options that cannot work, each by the key a user writes.</summary>
internal sealed class ClusterOptionsValidator(IOptions<ClusterHealthOptions> health) : IValidateOptions<ClusterOptions>
{
    public ValidateOptionsResult Validate(string? name, ClusterOptions options)
    {
        List<string> failures = [];
        var section = options.Driver switch { "redis-cluster" => "adapter.cluster", "nats" => "adapter.nats", _ => "adapter.redis" };
        Check(options.Prefix.Length > 0, $"{section}.prefix must not be empty.");
        Check(options.RequestTimeoutMs is >= 10 and <= 600_000, $"{section}.{(options.Driver == "redis" ? "requests_timeout" : "request_timeout_ms")} must be from 10 to 600000.");
        Check(options.Partitions is >= 1 and <= 64, "adapter.cluster.partitions must be from 1 to 64.");
        Check(options.LeaveGraceMs is >= 0 and <= 600_000, "presence.leave_grace_ms must be from 0 to 600000.");
        Check(options.MaxBatchBytes is >= 512 and <= 16 * 1024 * 1024, "adapter: a batch (MaxBatchBytes) must be from 512 to 16777216 bytes.");
        Check(options.RingBytes >= options.MaxBatchBytes, $"adapter.ring_bytes must be at least {options.MaxBatchBytes}, one batch.");
        Check(options.InboxBytes >= options.MaxBatchBytes, $"adapter: the inbox (InboxBytes) must hold at least {options.MaxBatchBytes} bytes, one batch.");
        var timeout = health.Value.NodeTimeoutMs;
        Check(options.RingAgeMs >= 2 * timeout, $"adapter.ring_age_ms must be at least {2 * timeout}, twice adapter.cluster_health.node_timeout_ms: a death may wait that long.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check(bool isValid, string failure)
        {
            if (!isValid) failures.Add(failure);
        }
    }
}
