using Microsoft.Extensions.Time.Testing;
using Sockudo.Server.Http;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

public sealed class IdempotencyTests : IAsyncLifetime
{
    private ApiHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("Idempotency-Key")]
    [InlineData("X-Idempotency-Key")]
    public async Task A_retry_by_header_is_delivered_once(string header)
    {
        var subscriber = await new Subscriber(_host).SubscribeAsync("c");

        for (var i = 0; i < 2; i++) await Publish("""{"name":"once","channel":"c"}""").Header(header, "k").SendAsync();

        await AssertOnceAsync(subscriber);
    }

    [Fact]
    public async Task A_retry_by_body_is_delivered_once()
    {
        var subscriber = await new Subscriber(_host).SubscribeAsync("c");

        for (var i = 0; i < 2; i++) await _host.PublishAsync("""{"name":"once","channel":"c","idempotency_key":"k"}""");

        await AssertOnceAsync(subscriber);
    }

    [Fact]
    public async Task A_retried_batch_is_delivered_once()
    {
        var subscriber = await new Subscriber(_host).SubscribeAsync("c");

        for (var i = 0; i < 2; i++)
            await _host.PostAsync("/apps/app-id/batch_events", """{"batch":[{"name":"once","channel":"c"}],"idempotency_key":"k"}""");

        await AssertOnceAsync(subscriber);
    }

    [Fact]
    public async Task A_retry_gets_the_same_answer_though_the_counts_have_changed()
    {
        const string Body = """{"name":"e","channel":"c","info":"subscription_count","idempotency_key":"k"}""";
        var first = await _host.PublishAsync(Body);
        await new Subscriber(_host).SubscribeAsync("c");

        Assert.Equal(first.Body, (await _host.PublishAsync(Body)).Body);
    }

    [Fact]
    public async Task Concurrent_retries_are_delivered_once()
    {
        var subscriber = await new Subscriber(_host).SubscribeAsync("c");

        var replies = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => _host.PublishAsync("""{"name":"once","channel":"c","idempotency_key":"k"}""")));

        Assert.All(replies, static reply => Assert.Equal(200, reply.Status));
        await AssertOnceAsync(subscriber);
    }

    [Fact]
    public async Task After_two_minutes_the_key_is_new()
    {
        var subscriber = await new Subscriber(_host).SubscribeAsync("c");
        await _host.PublishAsync("""{"name":"first","channel":"c","idempotency_key":"k"}""");
        _host.Clock.Advance(IdempotentCalls.Lifetime);

        await _host.PublishAsync("""{"name":"second","channel":"c","idempotency_key":"k"}""");

        Assert.Equal("first", (await subscriber.NextAsync()).GetProperty("event").GetString());
        Assert.Equal("second", (await subscriber.NextAsync()).GetProperty("event").GetString());
    }

    [Fact]
    public async Task Before_two_minutes_the_key_is_remembered()
    {
        var subscriber = await new Subscriber(_host).SubscribeAsync("c");
        await _host.PublishAsync("""{"name":"once","channel":"c","idempotency_key":"k"}""");
        _host.Clock.Advance(IdempotentCalls.Lifetime - TimeSpan.FromMilliseconds(1));
        await _host.PublishAsync("""{"name":"again","channel":"c","idempotency_key":"k"}""");

        await AssertOnceAsync(subscriber);
    }

    [Fact]
    public async Task A_refused_call_is_not_remembered()
    {
        Assert.Equal(400, (await _host.PublishAsync("""{"name":"e","channel":"not good","idempotency_key":"k"}""")).Status);

        Assert.Equal(200, (await _host.PublishAsync("""{"name":"e","channel":"good","idempotency_key":"k"}""")).Status);
    }

    [Fact]
    public async Task Another_apps_key_is_another_key()
    {
        var subscriber = await new Subscriber(_host, ApiHost.Other).SubscribeAsync("c");
        await _host.PublishAsync("""{"name":"ours","channel":"c","idempotency_key":"k"}""");

        await _host.PostAsync("/apps/other-id/events", """{"name":"theirs","channel":"c","idempotency_key":"k"}""", ApiHost.Other);

        Assert.Equal("theirs", (await subscriber.NextAsync()).GetProperty("event").GetString());
    }

    [Fact]
    public async Task The_key_of_the_body_wins_over_the_header()
    {
        var subscriber = await new Subscriber(_host).SubscribeAsync("c");

        foreach (var header in new[] { "h-1", "h-2" })
            await Publish("""{"name":"once","channel":"c","idempotency_key":"k"}""").Header("Idempotency-Key", header).SendAsync();

        await AssertOnceAsync(subscriber);
    }

    [Theory]
    [InlineData(128, 200)]
    [InlineData(129, 400)]
    public async Task A_key_has_at_most_128_characters(int length, int status)
    {
        var reply = await Publish("""{"name":"e","channel":"c"}""").Header("Idempotency-Key", new string('k', length)).SendAsync();

        Assert.Equal(status, reply.Status);
    }

    [Fact]
    public async Task A_retry_waits_for_the_call_that_runs()
    {
        using var mayEnd = new ManualResetEventSlim();
        var calls = new IdempotentCalls(new FakeTimeProvider());
        var started = new TaskCompletionSource();
        var answer = new ApiAnswer(200, "1"u8.ToArray());
        var first = Task.Run(async () => await calls.OnceAsync(ApiHost.App, "k", () =>
        {
            started.SetResult();
            mayEnd.Wait(TimeSpan.FromSeconds(10));
            return new ValueTask<ApiAnswer>(answer);
        }, Again, CancellationToken.None));
        await started.Task;

        var retry = calls.OnceAsync(ApiHost.App, "k", static () => throw new InvalidOperationException("ran twice"), Again, CancellationToken.None).AsTask();
        Assert.False(retry.IsCompleted);
        mayEnd.Set();

        Assert.Same(await first, await retry);
    }

    [Fact]
    public async Task When_the_running_call_is_refused_the_waiting_retry_runs()
    {
        using var mayEnd = new ManualResetEventSlim();
        var calls = new IdempotentCalls(new FakeTimeProvider());
        var started = new TaskCompletionSource();
        var first = Task.Run(async () => await calls.OnceAsync(ApiHost.App, "k", () =>
        {
            started.SetResult();
            mayEnd.Wait(TimeSpan.FromSeconds(10));
            return new ValueTask<ApiAnswer>(ApiErrors.MemoryLow.With("no"));
        }, Again, CancellationToken.None));
        await started.Task;
        var retry = calls.OnceAsync(ApiHost.App, "k", static () => new ValueTask<ApiAnswer>(ApiAnswer.Ok), Again, CancellationToken.None).AsTask();

        mayEnd.Set();

        Assert.Equal((503, 200), ((await first).Status, (await retry).Status));
    }

    [Fact]
    public async Task A_call_that_throws_is_not_remembered()
    {
        var calls = new IdempotentCalls(new FakeTimeProvider());
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await calls.OnceAsync(ApiHost.App, "k", static () => throw new InvalidOperationException(), Again, CancellationToken.None));

        Assert.Equal(200, (await calls.OnceAsync(ApiHost.App, "k", static () => new ValueTask<ApiAnswer>(ApiAnswer.Ok), Again, CancellationToken.None)).Status);
    }

    private static ApiAnswer Again() => throw new InvalidOperationException("the answer is remembered");

    private SignedRequest Publish(string body) => _host.Request("POST", "/apps/app-id/events", body);

    private async Task AssertOnceAsync(Subscriber subscriber)
    {
        await _host.PublishAsync("""{"name":"marker","channel":"c"}""");
        Assert.Equal("once", (await subscriber.NextAsync()).GetProperty("event").GetString());
        Assert.Equal("marker", (await subscriber.NextAsync()).GetProperty("event").GetString());
    }
}
