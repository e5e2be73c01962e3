using System.Diagnostics;
using Sockudo.Server.RedisConnections;
using StackExchange.Redis;

namespace Sockudo.Server.Caching;

/// <summary>
/// The commands of the cache on a Redis of any kind, each one round trip and, within a trace, one span. Every key lives on for its time to
/// live; none is deleted because a node stops. Thread-safe.
/// </summary>
/// <param name="link">The Redis.</param>
/// <param name="prefix">What every key begins with; a colon follows it, as in the original.</param>
internal sealed class RedisStore(RedisLink link, string prefix)
{
    /// <summary>How long an answer is waited for.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);

    // The value that is there and the new one begin with a version; the greater one stays.
    private const string SetNewest = """
        local kept = redis.call('GET', KEYS[1])
        local lead, first, last = ARGV[3], #ARGV[3] + 1, #ARGV[3] + tonumber(ARGV[4])
        if kept and string.sub(kept, 1, #lead) == lead and string.sub(kept, first, last) > string.sub(ARGV[1], first, last) then
          return 0
        end
        redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
        return 1
        """;

    // Nobody overwrites or deletes what he cannot prove to be his: another's value stays.
    private const string Replace = """
        local kept = redis.call('GET', KEYS[1])
        if kept and kept ~= ARGV[1] and kept ~= ARGV[2] then return 0 end
        redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
        return 1
        """;

    private const string Remove = """
        if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
        return redis.status_reply('OK')
        """;

    // Redis' own clock says whether the end is over and ends the key, a second later: there is no moment at which the key is gone already
    // and the end still to come.
    private const string TakeUntil = """
        local clock = redis.call('TIME')
        local left = tonumber(ARGV[2]) - (clock[1] * 1000 + math.floor(clock[2] / 1000))
        if left <= 0 then return -1 end
        if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', string.format('%.0f', left + 1000)) then return 1 end
        return 0
        """;

    private const string GetWithTimeToLive = "return {redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1])}";

    /// <summary>The link the commands take.</summary>
    public RedisLink Link => link;

    /// <summary>The value and how long it still lives; null when there is none.</summary>
    /// <exception cref="RedisAwayException">Redis did not answer.</exception>
    public async ValueTask<CachedValue?> GetAsync(CacheKey key, CancellationToken cancellationToken)
    {
        var answer = (RedisResult[])(await RunAsync(
            "cache get", "EVAL", database => database.ScriptEvaluateAsync(GetWithTimeToLive, [KeyOf(key)], [], CommandFlags.DemandMaster), cancellationToken).ConfigureAwait(false))!;
        if ((byte[]?)answer[0] is not { } value) return null;
        var milliseconds = (long)answer[1];
        return new CachedValue(value, milliseconds > 0 ? TimeSpan.FromMilliseconds(milliseconds) : TimeSpan.FromHours(1));
    }

    /// <summary>SET with PX.</summary>
    /// <exception cref="RedisAwayException">Redis did not answer.</exception>
    public async ValueTask SetAsync(CacheKey key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        await RunAsync(
            "cache set", "SET", database => database.StringSetAsync(KeyOf(key), value, timeToLive, When.Always, CommandFlags.DemandMaster), cancellationToken).ConfigureAwait(false);

    /// <summary>SET with NX and PX.</summary>
    /// <exception cref="RedisAwayException">Redis did not answer.</exception>
    public ValueTask<bool> TryAddAsync(CacheKey key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        RunAsync("cache add", "SET", database => database.StringSetAsync(KeyOf(key), value, timeToLive, When.NotExists, CommandFlags.DemandMaster), cancellationToken);

    /// <summary>SET with PX unless a newer value is there.</summary>
    /// <exception cref="RedisAwayException">Redis did not answer.</exception>
    public async ValueTask SetNewestAsync(CacheKey key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        await RunAsync(
            "cache set", "EVAL",
            database => database.ScriptEvaluateAsync(
                SetNewest,
                [KeyOf(key)],
                [value, (long)timeToLive.TotalMilliseconds, ValueVersion.Lead.ToArray(), ValueVersion.Digits],
                CommandFlags.DemandMaster),
            cancellationToken).ConfigureAwait(false);

    /// <summary>SET with NX, until a moment of Redis' own clock.</summary>
    /// <exception cref="RedisAwayException">Redis did not answer.</exception>
    public async ValueTask<CacheClaim> TryTakeUntilAsync(CacheKey key, ReadOnlyMemory<byte> value, DateTimeOffset end, CancellationToken cancellationToken) =>
        (int)await EvaluateAsync("cache take", TakeUntil, key, [value, end.ToUnixTimeMilliseconds()], cancellationToken).ConfigureAwait(false) switch
        {
            1 => CacheClaim.Taken,
            0 => CacheClaim.Held,
            _ => CacheClaim.Over,
        };

    /// <summary>SET with PX unless there is another value than the expected and the new one.</summary>
    /// <exception cref="RedisAwayException">Redis did not answer.</exception>
    public async ValueTask<bool> ReplaceAsync(
        CacheKey key, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        (int)await EvaluateAsync("cache replace", Replace, key, [expected, value, (long)timeToLive.TotalMilliseconds], cancellationToken).ConfigureAwait(false) == 1;

    /// <summary>DEL of the expected value.</summary>
    /// <exception cref="RedisAwayException">Redis did not answer.</exception>
    public async ValueTask RemoveAsync(CacheKey key, ReadOnlyMemory<byte> expected, CancellationToken cancellationToken) =>
        await EvaluateAsync("cache remove", Remove, key, [expected], cancellationToken).ConfigureAwait(false);

    private ValueTask<RedisResult> EvaluateAsync(string span, string script, CacheKey key, RedisValue[] values, CancellationToken cancellationToken) =>
        RunAsync(span, "EVAL", database => database.ScriptEvaluateAsync(script, [KeyOf(key)], values, CommandFlags.DemandMaster), cancellationToken);

    // What nobody waits for is no part of a trace: the loop that makes due writes has a span a batch.
    private ValueTask<T> RunAsync<T>(string span, string operation, Func<IDatabase, Task<T>> command, CancellationToken cancellationToken) =>
        Activity.Current is null ? link.RunAsync(command, Deadline, cancellationToken) : link.RunAsync(span, operation, command, Deadline, cancellationToken);

    private RedisKey KeyOf(CacheKey key) => $"{prefix}:{key.Text}";
}
