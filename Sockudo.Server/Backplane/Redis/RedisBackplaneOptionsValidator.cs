using Microsoft.Extensions.Options;
using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Backplane.Redis;

/// <summary>Refuses what the driver redis cannot work with.</summary>
internal sealed class RedisBackplaneOptionsValidator(IOptions<RedisConnectionOptions> connection) : IValidateOptions<RedisBackplaneOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, RedisBackplaneOptions options) => RedisPubSubOptionsRules.Check(
        "adapter.redis", options.MaxMessageBytes, options.MaxPendingMessages, () => RedisTargetResolver.Server(connection.Value, options.Url));
}
