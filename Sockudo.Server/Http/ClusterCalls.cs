using System.Globalization;
using System.Text;
using Sockudo.Server.Apps;
using Sockudo.Server.Caching;

namespace Sockudo.Server.Http;

/// <summary>
/// The answers of keyed publishes in the cache every node shares: the first node to take a key publishes, the others answer what it
/// answered. A key is taken with a value no other call has, and answered or given back by that value alone; a client that goes away does
/// not change whose it is. While the cache is away each node answers for itself, and the cluster hands each keyed event out once all the same. Thread-safe.
/// </summary>
internal sealed class ClusterCalls(ICache cache, TimeProvider time)
{
    /// <summary>How long the node that took a key may take to answer; afterwards it is taken for dead and its key taken over.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly string _node = Guid.NewGuid().ToString("N");
    private long _calls;

    // What versions before wrote while a call ran.
    private static ReadOnlySpan<byte> RunningBefore => "running"u8;

    private static ReadOnlySpan<byte> Running => "{\"running\":"u8;

    // In place of an answer that is too large to be kept.
    private static ReadOnlySpan<byte> TooLarge => "{\"answered\":true}"u8;

    /// <summary>The answer of the key's first call on any node.</summary>
    public async ValueTask<ApiAnswer> OnceAsync(
        App app, string key, Func<ValueTask<ApiAnswer>> publish, Func<ApiAnswer> answerAgain, CancellationToken cancellationToken)
    {
        var id = CacheKey.OfApp(app.Id, $"idempotency:{key}");
        var own = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"running\":\"{_node}-{Interlocked.Increment(ref _calls)}\"}}"));
        var (started, seen) = (time.GetTimestamp(), ReadOnlyMemory<byte>.Empty);
        while (!await cache.TryAddAsync(id, own, IdempotentCalls.Lifetime, CancellationToken.None))
        {
            var found = (await cache.GetAsync(id, cancellationToken))?.Value ?? ReadOnlyMemory<byte>.Empty;
            if (!found.IsEmpty && !IsRunning(found.Span)) return found.Span.SequenceEqual(TooLarge) ? answerAgain() : new ApiAnswer(StatusCodes.Status200OK, found);
            if (!found.Span.SequenceEqual(seen.Span)) (started, seen) = (time.GetTimestamp(), found);
            else if (time.GetElapsedTime(started) >= Patience && (found.IsEmpty || await cache.ReplaceAsync(id, found, own, IdempotentCalls.Lifetime, CancellationToken.None))) break;

            // It runs elsewhere, or was refused there a moment ago.
            await Task.Delay(Interval, time, cancellationToken);
        }

        return await PublishAsync(id, own, publish);
    }

    private static bool IsRunning(ReadOnlySpan<byte> value) => value.StartsWith(Running) || value.SequenceEqual(RunningBefore);

    private async ValueTask<ApiAnswer> PublishAsync(CacheKey id, byte[] own, Func<ValueTask<ApiAnswer>> publish)
    {
        ReadOnlyMemory<byte>? remembered = null;
        try
        {
            var answer = await publish();
            if (answer.Status == StatusCodes.Status200OK) remembered = answer.Body.Length > IdempotentCalls.MaxAnswerBytes ? TooLarge.ToArray() : answer.Body;
            return answer;
        }
        finally
        {
            // Whoever asked may be gone; the others are still to be told.
            if (remembered is { } body) await cache.ReplaceAsync(id, own, body, IdempotentCalls.Lifetime, CancellationToken.None);
            else await cache.RemoveAsync(id, own, CancellationToken.None);
        }
    }
}
