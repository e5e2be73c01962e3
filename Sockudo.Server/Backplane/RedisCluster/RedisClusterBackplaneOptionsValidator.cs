using Microsoft.Extensions.Options;
using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Backplane.RedisCluster;

/// <summary>Refuses what the driver redis-cluster cannot work with.</summary>
internal sealed class RedisClusterBackplaneOptionsValidator(IOptions<RedisConnectionOptions> connection) : IValidateOptions<RedisClusterBackplaneOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, RedisClusterBackplaneOptions options) => RedisPubSubOptionsRules.Check(
        "adapter.cluster", options.MaxMessageBytes, options.MaxPendingMessages, () => RedisTargetResolver.Cluster(connection.Value, options.Nodes));
}
