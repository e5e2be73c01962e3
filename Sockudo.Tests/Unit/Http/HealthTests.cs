using Microsoft.Extensions.DependencyInjection;
using Sockudo.Server.Adapters;
using Sockudo.Server.Apps;
using Sockudo.Server.Http;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

public sealed class HealthTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly ApiHost _host = fixture.Host;

    [Theory]
    [InlineData("/live", 200, "OK")]
    [InlineData("/ready", 200, "OK")]
    [InlineData("/up", 200, "OK")]
    [InlineData("/up/", 200, "OK")]
    [InlineData("/up/app-id", 200, "OK")]
    [InlineData("/up/off-id", 404, "NOT_FOUND")]
    [InlineData("/up/nobody", 404, "NOT_FOUND")]
    public async Task A_health_route_answers_in_body_and_header(string path, int status, string word)
    {
        var reply = await _host.SendPlainAsync("GET", path);

        Assert.Equal((status, word, word), (reply.Status, reply.Body, reply.Header("X-Health-Check")));
    }

    [Theory]
    [InlineData("/live", 200, "OK")]
    [InlineData("/ready", 200, "OK")]
    [InlineData("/up", 200, "OK")]
    [InlineData("/up/app-id", 200, "OK")]
    [InlineData("/up/nobody", 404, "NOT_FOUND")]
    public async Task HEAD_answers_with_the_header_only(string path, int status, string word)
    {
        var reply = await _host.SendPlainAsync("HEAD", path);

        Assert.Equal((status, "", word), (reply.Status, reply.Body, reply.Header("X-Health-Check")));
    }

    [Fact]
    public async Task Health_is_plain_text() =>
        Assert.Equal("text/plain; charset=utf-8", (await _host.SendPlainAsync("GET", "/up")).Header("Content-Type"));

    [Theory]
    [InlineData(ReadinessState.Starting, "the adapter connects", "STARTING", "STARTING: the adapter connects")]
    [InlineData(ReadinessState.Draining, "", "DRAINING", "DRAINING")]
    [InlineData(ReadinessState.Unhealthy, "the broker is away", "UNHEALTHY", "UNHEALTHY: the broker is away")]
    public async Task Not_ready_says_why_to_operators_and_a_word_to_everybody(object state, string reason, string word, string body)
    {
        await using var host = await ApiHost.StartAsync();
        host.Readiness.Current = new Readiness((ReadinessState)state, reason);

        var forOperators = await host.SendPlainAsync("GET", "/ready", (ApiHost.OperatorHeader, "yes"));
        var forEverybody = await host.SendPlainAsync("GET", "/ready");

        Assert.Equal((503, body, word), (forOperators.Status, forOperators.Body, forOperators.Header("X-Health-Check")));
        Assert.Equal((503, word, word), (forEverybody.Status, forEverybody.Body, forEverybody.Header("X-Health-Check")));
    }

    [Fact]
    public async Task A_draining_process_is_live()
    {
        await using var host = await ApiHost.StartAsync();
        host.Readiness.Current = new Readiness(ReadinessState.Draining);

        Assert.Equal(200, (await host.SendPlainAsync("GET", "/live")).Status);
    }

    [Theory]
    [InlineData("/up", HealthState.Degraded, 200, "DEGRADED")]
    [InlineData("/up", HealthState.Error, 503, "ERROR")]
    [InlineData("/up/app-id", HealthState.Degraded, 200, "DEGRADED")]
    [InlineData("/up/app-id", HealthState.Error, 404, "NOT_FOUND")]
    public async Task The_adapters_state_is_the_servers(string path, object state, int status, string word)
    {
        await using var host = await ApiHost.StartAsync(services => services.AddSingleton<IAdapter>(new FakeAdapter { Health = new((HealthState)state, "r") }));

        var reply = await host.SendPlainAsync("GET", path);

        Assert.Equal((status, word), (reply.Status, reply.Body));
    }

    [Fact]
    public async Task An_app_that_is_disabled_and_one_that_does_not_exist_answer_the_same_to_the_byte()
    {
        var disabled = await _host.SendPlainAsync("GET", "/up/off-id");
        var missing = await _host.SendPlainAsync("GET", "/up/nobody");

        Assert.Equal((missing.Status, missing.Body, missing.Header("X-Health-Check")), (disabled.Status, disabled.Body, disabled.Header("X-Health-Check")));
    }

    [Fact]
    public async Task A_server_without_apps_is_not_up()
    {
        await using var host = await ApiHost.StartAsync(apps: []);

        Assert.Equal((503, "ERROR"), ((await host.SendPlainAsync("GET", "/up")).Status, (await host.SendPlainAsync("GET", "/up")).Body));
    }

    [Theory]
    [InlineData("/up", 503)]
    [InlineData("/up/app-id", 404)]
    public async Task An_app_store_that_fails_is_an_error(string path, int status)
    {
        await using var host = await ApiHost.StartAsync(static services => services.AddSingleton<IAppManager>(new BrokenApps()));

        Assert.Equal(status, (await host.SendPlainAsync("GET", path)).Status);
    }

    private sealed class BrokenApps : IAppManager
    {
        public ValueTask<App?> FindByIdAsync(string id, CancellationToken cancellationToken) => throw new TaskCanceledException("away");

        public ValueTask<App?> FindByKeyAsync(string key, CancellationToken cancellationToken) => ValueTask.FromException<App?>(new IOException("away"));

        public ValueTask<IReadOnlyList<App>> ListAsync(CancellationToken cancellationToken) =>
            ValueTask.FromException<IReadOnlyList<App>>(new IOException("away"));
    }
}
