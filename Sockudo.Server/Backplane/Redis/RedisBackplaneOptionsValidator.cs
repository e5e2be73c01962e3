using Microsoft.Extensions.Options;
using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Backplane.Redis;

/// <summary>Refuses what the driver redis cannot work with.</summary>
internal sealed class RedisBackplaneOptionsValidator(IOptions<RedisConnectionOptions> connection) : IValidateOptions<RedisBackplaneOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, RedisBackplaneOptions options)
    {
        var failures = new List<string>();
        if (options.MaxMessageBytes is < 65_536 or > 33_554_432)
        {
            failures.Add("adapter.redis.max_message_bytes must be from 65536 to 33554432.");
        }

        if (options.MaxPendingMessages < 1)
        {
            failures.Add("adapter.redis.max_pending_messages must be 1 or more.");
        }

        try
        {
            RedisTargetResolver.Server(connection.Value, options.Url);
        }
        catch (RedisConfigurationException exception)
        {
            failures.Add($"adapter.redis: {exception.Message}");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
