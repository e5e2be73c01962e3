using Microsoft.Extensions.DependencyInjection;
using Sockudo.Server.Apps;
using Sockudo.Server.Metrics;
using Sockudo.Server.RateLimiting;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

public sealed class RateLimitTests
{
    private static readonly App Limited = ApiHost.App with { MaxBackendEventsPerSecond = 3, MaxReadRequestsPerSecond = 2 };

    [Fact]
    public async Task Without_a_limit_there_are_no_headers()
    {
        await using var host = await ApiHost.StartAsync();

        Assert.Null((await host.GetAsync(ApiHost.AnyPath)).Header("X-RateLimit-Limit"));
    }

    [Fact]
    public async Task An_admitted_request_says_what_remains()
    {
        await using var host = await StartAsync(maxRequests: 3);

        var reply = await host.GetAsync(ApiHost.AnyPath);

        Assert.Equal(("3", "2", "60", null),
            (reply.Header("X-RateLimit-Limit"), reply.Header("X-RateLimit-Remaining"), reply.Header("X-RateLimit-Reset"), reply.Header("Retry-After")));
    }

    [Fact]
    public async Task A_refused_request_says_when_to_retry()
    {
        await using var host = await StartAsync(maxRequests: 1);
        await host.GetAsync(ApiHost.AnyPath);
        host.Clock.Advance(TimeSpan.FromSeconds(20));

        var reply = await host.GetAsync(ApiHost.AnyPath);

        Assert.Equal((429, "rate_limited", "Too Many Requests", "0", "40"),
            (reply.Status, reply.Code, reply.Error, reply.Header("X-RateLimit-Remaining"), reply.Header("Retry-After")));
        Assert.NotEmpty(reply.Json.GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task After_the_window_requests_are_admitted_again()
    {
        await using var host = await StartAsync(maxRequests: 1);
        await host.GetAsync(ApiHost.AnyPath);
        await host.GetAsync(ApiHost.AnyPath);

        host.Clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(200, (await host.GetAsync(ApiHost.AnyPath)).Status);
    }

    [Theory]
    [InlineData("/up")]
    [InlineData("/live")]
    [InlineData("/usage")]
    [InlineData("/nowhere")]
    public async Task Other_routes_are_not_limited(string path)
    {
        await using var host = await StartAsync(maxRequests: 1);
        await host.GetAsync(ApiHost.AnyPath);

        var reply = await host.SendPlainAsync("GET", path);

        Assert.NotEqual(429, reply.Status);
        Assert.Null(reply.Header("X-RateLimit-Limit"));
    }

    [Theory]
    [InlineData("/live")]
    [InlineData("/ready")]
    [InlineData("/up")]
    [InlineData("/up/app-id")]
    [InlineData("/usage")]
    public async Task A_health_route_admits_ten_requests_of_an_address_a_second_and_refuses_what_is_above(string path)
    {
        await using var host = await StartAsync(maxRequests: 1);
        for (var i = 0; i < 600; i++) Assert.Equal(200, (await host.SendPlainAsync("GET", path)).Status);

        var refused = await host.SendPlainAsync("GET", path);
        var ofOperator = await host.SendPlainAsync("GET", "/live", (ApiHost.OperatorHeader, "yes"));

        Assert.Equal((429, "60", 200), (refused.Status, refused.Header("Retry-After"), ofOperator.Status));
    }

    [Fact]
    public async Task A_higher_limit_of_the_API_is_that_of_the_health_routes_too()
    {
        await using var host = await StartAsync(maxRequests: 610);
        for (var i = 0; i < 610; i++) Assert.Equal(200, (await host.SendPlainAsync("GET", "/live")).Status);

        Assert.Equal(429, (await host.SendPlainAsync("GET", "/live")).Status);
    }

    [Fact]
    public async Task Health_checks_and_API_calls_of_an_address_do_not_take_from_each_other()
    {
        await using var host = await StartAsync(maxRequests: 1);
        for (var i = 0; i < 601; i++) await host.SendPlainAsync("GET", "/live");
        Assert.Equal(200, (await host.GetAsync(ApiHost.AnyPath)).Status);
        Assert.Equal(429, (await host.GetAsync(ApiHost.AnyPath)).Status);
    }

    [Fact]
    public async Task Without_a_limiter_no_health_check_is_refused()
    {
        await using var host = await ApiHost.StartAsync();
        for (var i = 0; i < 700; i++) Assert.Equal(200, (await host.SendPlainAsync("GET", "/ready")).Status);
    }

    [Fact]
    public async Task An_unsigned_request_counts()
    {
        await using var host = await StartAsync(maxRequests: 1);
        await host.SendPlainAsync("GET", ApiHost.AnyPath);

        Assert.Equal(429, (await host.GetAsync(ApiHost.AnyPath)).Status);
    }

    [Fact]
    public async Task Forwarded_addresses_are_not_believed_without_a_trusted_proxy()
    {
        await using var host = await StartAsync(maxRequests: 1);
        await Forwarded(host, "203.0.113.1").SendAsync();

        Assert.Equal(429, (await Forwarded(host, "203.0.113.2").SendAsync()).Status);
    }

    [Fact]
    public async Task Behind_a_trusted_proxy_each_address_has_its_own_window()
    {
        await using var host = await StartAsync(maxRequests: 1, trustHops: 1);
        await Forwarded(host, "198.51.100.9, 203.0.113.1").SendAsync();

        Assert.Equal(200, (await Forwarded(host, "198.51.100.9, 203.0.113.2").SendAsync()).Status);
        Assert.Equal(429, (await Forwarded(host, "198.51.100.77, 203.0.113.1").SendAsync()).Status);
    }

    [Fact]
    public async Task X_Real_IP_is_never_believed()
    {
        await using var host = await StartAsync(maxRequests: 1, trustHops: 1);
        await host.Request("GET", ApiHost.AnyPath).Header("X-Real-IP", "203.0.113.1").SendAsync();

        Assert.Equal(429, (await host.Request("GET", ApiHost.AnyPath).Header("X-Real-IP", "203.0.113.2").SendAsync()).Status);
    }

    [Fact]
    public async Task A_limiter_that_fails_is_not_a_limit_that_is_off()
    {
        await using var host = await ApiHost.StartAsync(static services =>
            services.AddSingleton(static provider => new Server.Http.ApiRateLimit(new BrokenLimiter(), 0, provider.GetRequiredService<ServerMetrics>())));

        var reply = await host.GetAsync(ApiHost.AnyPath);

        Assert.Equal((500, "internal_error"), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task Published_events_of_an_app_are_limited_per_second()
    {
        await using var host = await ApiHost.StartAsync(apps: [Limited]);
        for (var i = 0; i < 3; i++) Assert.Equal(200, (await host.PublishAsync("""{"name":"e","channel":"c"}""")).Status);

        var reply = await host.PublishAsync("""{"name":"e","channel":"c"}""");

        Assert.Equal((429, "app_rate_limited", "1"), (reply.Status, reply.Code, reply.Header("Retry-After")));
    }

    [Fact]
    public async Task After_a_second_events_are_admitted_again()
    {
        await using var host = await ApiHost.StartAsync(apps: [Limited]);
        for (var i = 0; i < 4; i++) await host.PublishAsync("""{"name":"e","channel":"c"}""");
        host.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(200, (await host.PublishAsync("""{"name":"e","channel":"c"}""")).Status);
    }

    [Fact]
    public async Task A_batch_counts_each_of_its_events_and_is_admitted_whole_or_not_at_all()
    {
        await using var host = await ApiHost.StartAsync(apps: [Limited]);
        const string Two = """{"batch":[{"name":"a","channel":"c"},{"name":"b","channel":"c"}]}""";
        Assert.Equal(200, (await host.PostAsync("/apps/app-id/batch_events", Two)).Status);
        Assert.Equal(429, (await host.PostAsync("/apps/app-id/batch_events", Two)).Status);

        Assert.Equal(200, (await host.PublishAsync("""{"name":"e","channel":"c"}""")).Status);
    }

    [Fact]
    public async Task Reads_of_an_app_are_limited_per_second()
    {
        await using var host = await ApiHost.StartAsync(apps: [Limited, ApiHost.Other]);
        for (var i = 0; i < 2; i++) Assert.Equal(200, (await host.GetAsync(ApiHost.AnyPath)).Status);

        Assert.Equal(429, (await host.GetAsync(ApiHost.AnyPath)).Status);
        Assert.Equal(200, (await host.PublishAsync("""{"name":"e","channel":"c"}""")).Status);
        Assert.Equal(200, (await host.GetAsync("/apps/other-id/channels", ApiHost.Other)).Status);
    }

    [Fact]
    public async Task A_retry_of_what_was_published_costs_nothing()
    {
        await using var host = await ApiHost.StartAsync(apps: [Limited]);
        for (var i = 0; i < 5; i++)
            Assert.Equal(200, (await host.PublishAsync("""{"name":"e","channel":"c","idempotency_key":"k"}""")).Status);
    }

    [Fact]
    public async Task A_publish_over_the_limit_can_be_retried_with_its_key()
    {
        await using var host = await ApiHost.StartAsync(apps: [Limited]);
        for (var i = 0; i < 3; i++) await host.PublishAsync("""{"name":"e","channel":"c"}""");
        const string Keyed = """{"name":"e","channel":"c","idempotency_key":"k"}""";
        Assert.Equal(429, (await host.PublishAsync(Keyed)).Status);
        host.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(200, (await host.PublishAsync(Keyed)).Status);
    }

    [Fact]
    public async Task Concurrent_publishes_are_counted_exactly()
    {
        await using var host = await ApiHost.StartAsync(apps: [ApiHost.App with { MaxBackendEventsPerSecond = 10 }]);

        var replies = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => host.PublishAsync("""{"name":"e","channel":"c"}""")));

        Assert.Equal(10, replies.Count(static reply => reply.Status == 200));
    }

    private static Task<ApiHost> StartAsync(int maxRequests, int trustHops = 0) => ApiHost.StartAsync(services =>
        services.Configure<RateLimiterOptions>(options =>
        {
            options.Enabled = true;
            options.Api.MaxRequests = maxRequests;
            options.Api.TrustHops = trustHops;
        }));

    private static SignedRequest Forwarded(ApiHost host, string addresses) => host.Request("GET", ApiHost.AnyPath).Header("X-Forwarded-For", addresses);

    private sealed class BrokenLimiter : IRateLimiter
    {
        public void RemoveExpired()
        {
            // A store that is away has nothing to drop.
        }

        public ValueTask<RateLimitLease> HitAsync(string key, CancellationToken cancellationToken) => throw new TimeoutException("away");
    }
}
