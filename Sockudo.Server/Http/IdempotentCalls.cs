using Microsoft.Extensions.Options;
using Sockudo.Server.Apps;
using Sockudo.Server.Caching;

namespace Sockudo.Server.Http;

/// <summary>
/// Makes a retried publish harmless: for <see cref="Lifetime"/> the same app and key get the answer of the first call, which alone
/// publishes; retries that come while it runs wait for it. A call that was refused is not remembered. Of an answer above
/// <see cref="MaxAnswerBytes"/> only that it was given is remembered: a retry is answered anew, without publishing. On this node, bounded in
/// keys and bytes: an app that has more than its part of them loses its oldest key, whose retry is published again; on every node where
/// the cache is shared. Thread-safe.
/// </summary>
internal sealed class IdempotentCalls(TimeProvider time, ICache? cache = null, IOptions<HttpApiOptions>? options = null)
{
    /// <summary>Longest key. Unit: characters.</summary>
    public const int MaxKeyLength = 128;

    /// <summary>Most keys remembered.</summary>
    public const int Capacity = 100_000;

    /// <summary>Largest answer remembered whole: that of a hundred channels whose counts were asked for is smaller.</summary>
    public const int MaxAnswerBytes = 8 * 1024;

    /// <summary>How long a key is remembered, from its first call.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(120);

    private readonly MemoryCache<Call> _calls = new(Capacity, time, (options?.Value ?? new HttpApiOptions()).IdempotencyMaxBytes);
    private readonly ClusterCalls? _ofCluster = cache is { IsShared: true } ? new ClusterCalls(cache, time) : null;

    /// <summary>Keys remembered now.</summary>
    public int Count => _calls.Count;

    /// <summary>What they hold. Unit: bytes.</summary>
    public long Bytes => _calls.Bytes;

    /// <summary>
    /// The answer of the key's first call. <paramref name="publish"/> runs when this is the first; what it refuses it may be asked again.
    /// </summary>
    /// <param name="app">Whose key it is.</param>
    /// <param name="key">The key.</param>
    /// <param name="publish">Publishes and answers.</param>
    /// <param name="answerAgain">Answers as <paramref name="publish"/> did, as of now, and publishes nothing.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async ValueTask<ApiAnswer> OnceAsync(
        App app, string key, Func<ValueTask<ApiAnswer>> publish, Func<ApiAnswer> answerAgain, CancellationToken cancellationToken)
    {
        var id = new CacheKey(app.Id, key);
        while (true)
        {
            var call = _calls.GetOrAdd(id, Lifetime, static () => new Call(), out var isFirst);
            if (isFirst) return await RunAsync(app, id, call, publish, answerAgain, cancellationToken);
            if (await call.Answer.Task.WaitAsync(cancellationToken) is { } answer) return ReferenceEquals(answer, TooLarge) ? answerAgain() : answer;
        }
    }

    /// <summary>Forgets keys whose time is over.</summary>
    public void RemoveExpired() => _calls.RemoveExpired();

    // Stands for an answer that is not kept.
    private static ApiAnswer TooLarge { get; } = new(StatusCodes.Status200OK, ReadOnlyMemory<byte>.Empty);

    private async ValueTask<ApiAnswer> RunAsync(
        App app, CacheKey id, Call call, Func<ValueTask<ApiAnswer>> publish, Func<ApiAnswer> answerAgain, CancellationToken cancellationToken)
    {
        ApiAnswer? remembered = null;
        try
        {
            var answer = _ofCluster is null ? await publish() : await _ofCluster.OnceAsync(app, id.Text, publish, answerAgain, cancellationToken);
            if (answer.Status == StatusCodes.Status200OK) remembered = answer.Body.Length > MaxAnswerBytes ? TooLarge : answer;
            return answer;
        }
        finally
        {
            // The key may be another call's by now: this one's time was over, or it made room.
            if (remembered is null) _calls.Remove(id, call);
            call.Answer.SetResult(remembered);
            _calls.Resized(id, call);
        }
    }

    private sealed class Call : ISized
    {
        /// <summary>The answer; null when the call was refused and nothing was published.</summary>
        public TaskCompletionSource<ApiAnswer?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Size => 224 + (Answer.Task is { IsCompletedSuccessfully: true, Result: { } answer } ? answer.Body.Length : 0);
    }
}
