using System.Globalization;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Sockudo.Server.Apps;
using Sockudo.Server.Http;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

/// <summary>What idempotency keys hold.</summary>
public sealed class IdempotencyBoundsTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Answers_of_a_megabyte_are_not_kept()
    {
        var calls = new IdempotentCalls(new FakeTimeProvider());
        for (var i = 0; i < 15; i++) await OnceAsync(calls, ApiHost.App, $"key-{i}", 1_300_000);

        output.WriteLine($"15 answers of 1.3 MB: {calls.Bytes} bytes are held.");
        Assert.InRange(calls.Bytes, 1, 16_384);
    }

    [Fact]
    public async Task Keys_and_answers_stay_within_the_budget_and_one_app_takes_nothing_from_another()
    {
        var calls = new IdempotentCalls(new FakeTimeProvider(), options: Options.Create(new HttpApiOptions { IdempotencyMaxBytes = 1 << 20 }));
        await OnceAsync(calls, ApiHost.Other, "theirs", 10);
        for (var i = 0; i < 1_000; i++) await OnceAsync(calls, ApiHost.App, i.ToString(CultureInfo.InvariantCulture), 8_000);

        Assert.InRange(calls.Bytes, 900_000, 1 << 20);
        await calls.OnceAsync(
            ApiHost.Other, "theirs", static () => throw new InvalidOperationException("published twice"), static () => throw new InvalidOperationException(), CancellationToken.None);
    }

    [Fact]
    public async Task A_retry_of_a_publish_with_a_large_answer_gets_the_counts_of_now_and_publishes_nothing()
    {
        var app = new App { Id = "app-id", Key = "app-key", Secret = "app-secret" };
        await using var host = await ApiHost.StartAsync(apps: [app]);
        var channels = Enumerable.Range(0, 90).Select(static i => $"\"{new string('c', 150)}-{i}\"").ToArray();
        var body = $$"""{"name":"once","channels":[{{string.Join(',', channels)}}],"info":"subscription_count","idempotency_key":"k"}""";
        var first = await host.PublishAsync(body);
        Assert.True(first.Body.Length > IdempotentCalls.MaxAnswerBytes, first.Body);
        var subscriber = await new Subscriber(host, app).SubscribeAsync(channels[0].Trim('"'));

        var retry = await host.PublishAsync(body);

        Assert.Equal(1, retry.Json.GetProperty("channels").GetProperty(channels[0].Trim('"')).GetProperty("subscription_count").GetInt32());
        Assert.Equal(0, first.Json.GetProperty("channels").GetProperty(channels[0].Trim('"')).GetProperty("subscription_count").GetInt32());
        await host.PublishAsync($$"""{"name":"fence","channel":{{channels[0]}}}""");
        Assert.Equal("fence", (await subscriber.NextAsync()).GetProperty("event").GetString());
    }

    private static ValueTask<ApiAnswer> OnceAsync(IdempotentCalls calls, App app, string key, int bytes) =>
        calls.OnceAsync(app, key, () => new ValueTask<ApiAnswer>(new ApiAnswer(200, new byte[bytes])), static () => throw new InvalidOperationException(), CancellationToken.None);
}
