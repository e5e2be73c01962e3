using System.Collections.Concurrent;

namespace Sockudo.Server.RedisConnections;

/// <summary>
/// The links of this node, one a target: cache, webhook queue and rate limits share it when they are kept in the same Redis. The only
/// owner of the links: who takes one does not end it. Thread-safe.
/// </summary>
internal sealed class RedisLinks(TimeProvider time, ILogger<RedisLinks> logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<RedisLink>> _links = new(StringComparer.Ordinal);

    /// <summary>The link to a target, made and started when there is none. Waits for nothing.</summary>
    /// <param name="target">Where Redis is.</param>
    /// <param name="purpose">What is kept there, for logs.</param>
    /// <exception cref="RedisConfigurationException">A certificate cannot be used.</exception>
    public RedisLink For(RedisTarget target, string purpose)
    {
        var link = _links.GetOrAdd(KeyOf(target), _ => new Lazy<RedisLink>(() => new RedisLink(new RedisConnectionFactory(target, time), purpose, time, logger))).Value;
        link.AddPurpose(purpose);
        return link.Start();
    }

    /// <summary>Completes as soon as every link that is there is connected.</summary>
    public Task WhenConnectedAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_links.Select(link => link.Value.Value.WhenConnectedAsync(cancellationToken)));

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, link) in _links)
        {
            if (link.IsValueCreated) await link.Value.DisposeAsync().ConfigureAwait(false);
        }
    }

    // The same servers with another password or database are another target.
    private static string KeyOf(RedisTarget target) =>
        string.Join('\n', target, target.Username, target.Password, target.SentinelUsername, target.SentinelPassword, target.Database, target.IsTls);
}
