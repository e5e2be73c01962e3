using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Configuration;

/// <summary>What is kept in Redis beside the adapter's messages: cache, webhook queue, rate limits.</summary>
internal sealed class RedisStores(ServerConfiguration configuration)
{
    private readonly StoreBinding _cache = StoreBinding.Cache(configuration);
    private readonly StoreBinding _limits = StoreBinding.RateLimiter(configuration);
    private readonly QueueBinding _queue = new(configuration);

    /// <summary>Whether there is any.</summary>
    public bool IsAny => Users.Any();

    /// <summary>
    /// The Redis that the connection string <c>redis</c> means: that of the first of them without a Redis of its own, else of the first; of
    /// the adapter when there is none.
    /// </summary>
    /// <exception cref="RedisConfigurationException">A value cannot be read.</exception>
    public RedisTarget Target()
    {
        foreach (var (_, target) in Users.OrderBy(static user => user.HasOwn))
        {
            if (target() is { } found) return found;
        }

        var connection = new ClusterBinding(configuration).Redis();
        return configuration.Adapter.Driver == "redis-cluster" ? RedisTargetResolver.Cluster(connection) : RedisTargetResolver.Server(connection);
    }

    private IEnumerable<(bool HasOwn, Func<RedisTarget?> Target)> Users
    {
        get
        {
            if (_cache.Topology != StoreTopology.None) yield return (_cache.Url is not null, () => _cache.Target);
            if (configuration.Queue.Driver == "redis") yield return (_queue.Redis().Url is not null, () => RedisTargetResolver.Server(_queue.RedisConnection, _queue.Redis().Url));
            if (configuration.Queue.Driver == "redis-cluster")
                yield return (_queue.RedisCluster().Nodes.Count > 0, () => RedisTargetResolver.Cluster(_queue.RedisConnection, _queue.RedisCluster().Nodes));
            if (_limits.Topology != StoreTopology.None) yield return (_limits.Url is not null, () => _limits.Target);
        }
    }
}
