using System.Text;
using Microsoft.Extensions.Time.Testing;
using Sockudo.Server.Caching;
using Sockudo.Server.Http;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

/// <summary>Idempotent publishes of three nodes with one cache: nobody deletes or overwrites what another has there.</summary>
public sealed class ClusterCallsTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly StoreCache _cache;
    private readonly IdempotentCalls _a;
    private readonly IdempotentCalls _b;
    private readonly IdempotentCalls _c;

    public ClusterCallsTests()
    {
        _cache = new StoreCache(_clock);
        (_a, _b, _c) = (new IdempotentCalls(_clock, _cache), new IdempotentCalls(_clock, _cache), new IdempotentCalls(_clock, _cache));
    }

    [Fact]
    public async Task A_client_that_goes_away_on_one_node_does_not_make_the_cluster_forget_the_answer()
    {
        Assert.Equal("first", await CallAsync(_a, "first"));
        var answers = new TaskCompletionSource();
        using var aborted = new CancellationTokenSource();
        _cache.OnTheWay = () => answers.Task;
        var retry = AbortedAsync(_b, "second", aborted.Token);
        await aborted.CancelAsync();
        answers.SetResult();
        await retry.ContinueWith(static _ => { }, TaskScheduler.Default);

        Assert.Equal("first", await CallAsync(_c, "third"));
    }

    [Fact]
    public async Task A_call_that_was_taken_over_does_not_overwrite_the_answer_that_was_given_meanwhile()
    {
        var mayEnd = new TaskCompletionSource<ApiAnswer>();
        var slow = _a.OnceAsync(ApiHost.App, "k", () => new ValueTask<ApiAnswer>(mayEnd.Task), NoAgain, CancellationToken.None).AsTask();
        var takenOver = CallAsync(_b, "second");
        await MoveUntilAsync(takenOver);
        mayEnd.SetResult(Answer("first"));
        await slow;

        Assert.Equal(("second", "second"), (await takenOver, await CallAsync(_c, "third")));
    }

    [Fact]
    public async Task A_refused_call_that_was_taken_over_does_not_delete_the_answer_that_was_given_meanwhile()
    {
        var mayEnd = new TaskCompletionSource<ApiAnswer>();
        var slow = _a.OnceAsync(ApiHost.App, "k", () => new ValueTask<ApiAnswer>(mayEnd.Task), NoAgain, CancellationToken.None).AsTask();
        var takenOver = CallAsync(_b, "second");
        await MoveUntilAsync(takenOver);
        mayEnd.SetResult(ApiErrors.MemoryLow.With("no"));
        await slow;

        Assert.Equal("second", await CallAsync(_c, "third"));
    }

    [Fact]
    public async Task Of_two_nodes_that_wait_for_a_dead_one_one_publishes()
    {
        _ = _a.OnceAsync(ApiHost.App, "k", static () => new ValueTask<ApiAnswer>(new TaskCompletionSource<ApiAnswer>().Task), NoAgain, CancellationToken.None).AsTask();
        var (b, c) = (CallAsync(_b, "b"), CallAsync(_c, "c"));
        await MoveUntilAsync(Task.WhenAll(b, c));

        Assert.Equal(await b, await c);
    }

    [Fact]
    public async Task An_answer_too_large_to_be_kept_is_given_anew_on_every_node_and_nothing_is_published_again()
    {
        var large = new ApiAnswer(200, new byte[IdempotentCalls.MaxAnswerBytes + 1]);
        var first = await _a.OnceAsync(ApiHost.App, "k", () => new ValueTask<ApiAnswer>(large), NoAgain, CancellationToken.None);
        Assert.Same(large, first);
        foreach (var node in new[] { _a, _b, _c })
        {
            var again = await node.OnceAsync(ApiHost.App, "k", static () => throw new InvalidOperationException("published twice"), static () => Answer("anew"), CancellationToken.None);
            Assert.Equal("anew"u8.ToArray(), again.Body.ToArray());
        }
    }

    [Fact]
    public async Task A_call_that_runs_on_a_node_of_the_version_before_is_waited_for()
    {
        var id = CacheKey.OfApp(ApiHost.App.Id, "idempotency:k");
        await _cache.SetAsync(id, "running"u8.ToArray(), IdempotentCalls.Lifetime, CancellationToken.None);
        var waiting = CallAsync(_b, "second");
        Assert.False(waiting.IsCompleted);
        await _cache.SetAsync(id, "first"u8.ToArray(), IdempotentCalls.Lifetime, CancellationToken.None);
        await MoveUntilAsync(waiting);

        Assert.Equal("first", await waiting);
    }

    private static ApiAnswer NoAgain() => throw new InvalidOperationException("the answer is kept");

    private static ApiAnswer Answer(string text) => new(200, Encoding.ASCII.GetBytes(text));

    private static Task<string> CallAsync(IdempotentCalls node, string answer) => AbortedAsync(node, answer, TestContext.Current.CancellationToken);

    private static async Task<string> AbortedAsync(IdempotentCalls node, string answer, CancellationToken aborted)
    {
        var given = await node.OnceAsync(ApiHost.App, "k", () => new ValueTask<ApiAnswer>(Answer(answer)), NoAgain, aborted);
        return Encoding.ASCII.GetString(given.Body.Span);
    }

    // The waits of a call are of this clock.
    private Task MoveUntilAsync(Task call) => Eventually.TrueAsync(
        () =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(200));
            return Task.FromResult(call.IsCompleted);
        },
        "the call to end");
}
