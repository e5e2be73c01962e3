using System.Globalization;
using Sockudo.Server.RedisConnections;
using StackExchange.Redis;

namespace Sockudo.Server.RateLimiting;

/// <summary>
/// Sliding windows in a Redis of any kind: a sorted set a key, one member a hit, scored by Redis' own clock; one script, so that a hit is
/// one step and one round trip (Redis 5 and newer). A key lives as long as its last window. Thread-safe.
/// </summary>
/// <param name="link">The Redis.</param>
/// <param name="prefix">What every key begins with.</param>
internal sealed class RedisHitWindows(RedisLink link, string prefix) : IHitWindows
{
    /// <summary>How long an answer is waited for.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);

    // Times are whole microseconds, which doubles hold exactly; written by string.format, as a number's own text has 14 digits.
    private const string Take = """
        local clock = redis.call('TIME')
        local now = clock[1] * 1000000 + clock[2]
        local window, limit, amount = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - window))
        local held = redis.call('ZCARD', KEYS[1])
        local allowed = 0
        if held + amount <= limit then
          allowed = 1
          local score = string.format('%.0f', now)
          for i = 1, amount do redis.call('ZADD', KEYS[1], score, ARGV[4] .. ':' .. i) end
          redis.call('PEXPIRE', KEYS[1], math.ceil(window / 1000))
          held = held + amount
        end
        local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
        local reset = oldest[2] and (oldest[2] + window - now) or 0
        return {allowed, held, string.format('%.0f', reset)}
        """;

    private readonly string _node = Guid.NewGuid().ToString("N");
    private long _hits;

    public async ValueTask<RateLimitLease> TakeAsync(string key, int amount, int limit, TimeSpan window, CancellationToken cancellationToken)
    {
        // No hit of any node has another's name, or the second would replace the first.
        var member = string.Create(CultureInfo.InvariantCulture, $"{_node}{Interlocked.Increment(ref _hits):x}");
        RedisResult[] answer;
        try
        {
            answer = (RedisResult[])(await link.RunAsync(
                "rate_limit", "EVAL",
                database => database.ScriptEvaluateAsync(
                    Take, [$"{prefix}:rl:{key}"], [(long)window.TotalMicroseconds, limit, amount, member], CommandFlags.DemandMaster),
                Deadline,
                cancellationToken).ConfigureAwait(false))!;
        }
        catch (RedisAwayException exception)
        {
            throw new RateLimiterUnavailableException(exception);
        }

        var held = (int)answer[1];
        var reset = (int)Math.Max(1, Math.Ceiling((long)answer[2] / 1_000_000d));
        return new RateLimitLease((int)answer[0] == 1, limit, Math.Max(0, limit - held), reset);
    }
}
