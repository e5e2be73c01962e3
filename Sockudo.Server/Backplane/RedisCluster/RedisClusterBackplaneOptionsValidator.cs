using Microsoft.Extensions.Options;
using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Backplane.RedisCluster;

/// <summary>Refuses what the driver redis-cluster cannot work with.</summary>
internal sealed class RedisClusterBackplaneOptionsValidator(IOptions<RedisConnectionOptions> connection) : IValidateOptions<RedisClusterBackplaneOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, RedisClusterBackplaneOptions options)
    {
        var failures = new List<string>();
        if (options.MaxMessageBytes is < 65_536 or > 33_554_432)
        {
            failures.Add("adapter.cluster.max_message_bytes must be from 65536 to 33554432.");
        }

        if (options.MaxPendingMessages < 1)
        {
            failures.Add("adapter.cluster.max_pending_messages must be 1 or more.");
        }

        try
        {
            RedisTargetResolver.Cluster(connection.Value, options.Nodes);
        }
        catch (RedisConfigurationException exception)
        {
            failures.Add($"adapter.cluster: {exception.Message}");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
