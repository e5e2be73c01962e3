using System.Globalization;
using StackExchange.Redis;

namespace Sockudo.Server.Queueing.Redis;

/// <summary>
/// The keys of a partition. What stands in braces is what Redis Cluster hashes: a partition's keys live on one node of it, so that a
/// script can change several of them at once. Immutable.
/// </summary>
internal sealed class RedisQueueKeys(string prefix, int partition)
{
    private readonly string _base = string.Create(CultureInfo.InvariantCulture, $"{prefix}{{webhooks:{partition}}}:");

    /// <summary>The stream of jobs.</summary>
    public RedisKey Jobs => _base + "jobs";

    /// <summary>Who reads the partition now.</summary>
    public RedisKey Lease => _base + "lease";

    /// <summary>Jobs and bytes of each destination: a hash.</summary>
    public RedisKey Room => _base + "room";

    /// <summary>Bytes of each app's dead letters: a hash.</summary>
    public RedisKey DeadRoom => _base + "deadroom";

    /// <summary>The last write of a node, so that one repeated after a lost answer is not made twice.</summary>
    public RedisKey Writer(string node) => _base + "writer:" + node;

    /// <summary>What the streams of dead letters begin with; the app's id follows.</summary>
    public string DeadPrefix => _base + "dead:";

    /// <summary>The stream of an app's dead letters.</summary>
    public RedisKey Dead(string appId) => DeadPrefix + appId;
}
