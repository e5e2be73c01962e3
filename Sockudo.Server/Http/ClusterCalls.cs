using Sockudo.Server.Apps;
using Sockudo.Server.Caching;

namespace Sockudo.Server.Http;

/// <summary>
/// The answers of keyed publishes in the cache every node shares: the first node to take a key publishes, the others answer what it
/// answered. While the cache is away each node answers for itself, and the cluster hands each keyed event out once all the same. Thread-safe.
/// </summary>
internal sealed class ClusterCalls(ICache cache, TimeProvider time)
{
    /// <summary>How long the node that took a key may take to answer; afterwards it is taken for dead.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private static ReadOnlySpan<byte> Running => "running"u8;

    /// <summary>The answer of the key's first call on any node.</summary>
    public async ValueTask<ApiAnswer> OnceAsync(App app, string key, Func<ValueTask<ApiAnswer>> publish, CancellationToken cancellationToken)
    {
        var id = $"app:{app.Id}:idempotency:{key}";
        var started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < Patience)
        {
            if (await cache.TryAddAsync(id, Running.ToArray(), IdempotentCalls.Lifetime, cancellationToken)) break;
            var found = await cache.GetAsync(id, cancellationToken);
            if (found is not null && !found.Value.Span.SequenceEqual(Running)) return new ApiAnswer(StatusCodes.Status200OK, found.Value);

            // It runs elsewhere, or was refused there a moment ago.
            await Task.Delay(Interval, time, cancellationToken);
        }

        return await PublishAsync(id, publish);
    }

    private async ValueTask<ApiAnswer> PublishAsync(string id, Func<ValueTask<ApiAnswer>> publish)
    {
        ApiAnswer? remembered = null;
        try
        {
            var answer = await publish();
            if (answer.Status == StatusCodes.Status200OK) remembered = answer;
            return answer;
        }
        finally
        {
            // Whoever asked may be gone; the others are still to be told.
            if (remembered is null) await cache.RemoveAsync(id, CancellationToken.None);
            else await cache.SetAsync(id, remembered.Body, IdempotentCalls.Lifetime, CancellationToken.None);
        }
    }
}
