using Microsoft.Extensions.Options;

namespace Sockudo.Server.RedisConnections;

/// <summary>Refuses what no connection can be made from. What only a driver needs, as the nodes of a cluster, is refused by the driver.</summary>
internal sealed class RedisConnectionOptionsValidator : IValidateOptions<RedisConnectionOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, RedisConnectionOptions options)
    {
        var failures = new List<string>();
        Expect(options.Port is null or (> 0 and <= 65535), "database.redis.port must be from 1 to 65535.");
        Expect(options.Db is null or >= 0, "database.redis.db must be 0 or more.");
        Expect(options.ConnectTimeoutMs is > 0 and <= 600_000, "database.redis.connect_timeout_ms must be from 1 to 600000.");
        Expect(options.CommandTimeoutMs is > 0 and <= 600_000, "database.redis: the deadline of a command (CommandTimeoutMs) must be from 1 to 600000 ms.");
        Expect(options.Tls.KeyFile is null || options.Tls.CertificateFile is not null, "database.redis.tls.key_file needs database.redis.tls.certificate_file.");
        try
        {
            var target = RedisTargetResolver.Server(options);
            if (target.IsTls)
            {
                _ = new RedisCertificates(options.Tls);
            }

            if (options.Cluster.Nodes.Count > 0)
            {
                RedisTargetResolver.Cluster(options);
            }
        }
        catch (RedisConfigurationException exception)
        {
            failures.Add($"database.redis: {exception.Message}");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Expect(bool isMet, string failure)
        {
            if (!isMet)
            {
                failures.Add(failure);
            }
        }
    }
}
