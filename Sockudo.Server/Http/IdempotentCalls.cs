using Sockudo.Server.Apps;
using Sockudo.Server.Caching;

namespace Sockudo.Server.Http;

/// <summary>
/// Makes a retried publish harmless: for <see cref="Lifetime"/> the same app and key get the answer of the first call, which alone
/// publishes; retries that come while it runs wait for it. A call that was refused is not remembered. On this node, bounded by
/// <see cref="Capacity"/>: above it the oldest key is forgotten; on every node where the cache is shared. Thread-safe.
/// </summary>
internal sealed class IdempotentCalls(TimeProvider time, ICache? cache = null)
{
    /// <summary>Longest key. Unit: characters.</summary>
    public const int MaxKeyLength = 128;

    /// <summary>Most keys remembered.</summary>
    public const int Capacity = 100_000;

    /// <summary>How long a key is remembered, from its first call.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(120);

    private readonly MemoryCache<Call> _calls = new(Capacity, time);
    private readonly ClusterCalls? _ofCluster = cache is { IsShared: true } ? new ClusterCalls(cache, time) : null;

    /// <summary>Keys remembered now.</summary>
    public int Count => _calls.Count;

    /// <summary>The answer of the key's first call. <paramref name="publish"/> runs when this is the first; what it refuses it may be asked again.</summary>
    public async ValueTask<ApiAnswer> OnceAsync(App app, string key, Func<ValueTask<ApiAnswer>> publish, CancellationToken cancellationToken)
    {
        var id = $"{app.Id}\n{key}";
        while (true)
        {
            var call = _calls.GetOrAdd(id, Lifetime, static () => new Call(), out var isFirst);
            if (isFirst) return await RunAsync(app, key, call, publish, cancellationToken);
            if (await call.Answer.Task.WaitAsync(cancellationToken) is { } answer) return answer;
        }
    }

    /// <summary>Forgets keys whose time is over.</summary>
    public void RemoveExpired() => _calls.RemoveExpired();

    private async ValueTask<ApiAnswer> RunAsync(App app, string key, Call call, Func<ValueTask<ApiAnswer>> publish, CancellationToken cancellationToken)
    {
        ApiAnswer? remembered = null;
        try
        {
            var answer = _ofCluster is null ? await publish() : await _ofCluster.OnceAsync(app, key, publish, cancellationToken);
            if (answer.Status == StatusCodes.Status200OK) remembered = answer;
            return answer;
        }
        finally
        {
            if (remembered is null) _calls.Remove($"{app.Id}\n{key}");
            call.Answer.SetResult(remembered);
        }
    }

    private sealed class Call
    {
        /// <summary>The answer; null when the call was refused and nothing was published.</summary>
        public TaskCompletionSource<ApiAnswer?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
