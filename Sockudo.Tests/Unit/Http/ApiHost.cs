using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sockudo.Server.Adapters;
using Sockudo.Server.Apps;
using Sockudo.Server.Caching;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;
using Sockudo.Server.Http;
using Sockudo.Server.Http.OpenApi;
using Sockudo.Server.Messaging;
using Sockudo.Server.Metrics;
using Sockudo.Server.Metrics.Prometheus;
using Sockudo.Server.RateLimiting;
using Sockudo.Server.Transport;
using Sockudo.Server.Webhooks;

namespace Sockudo.Tests.Unit.Http;

/// <summary>The API on a free loopback port with the real services below it, on a clock the test moves.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    public const string AnyPath = "/apps/app-id/channels";

    /// <summary>A request with this header came by the operators' listener.</summary>
    public const string OperatorHeader = "X-Test-Operator";

    private readonly WebApplication _application;

    private ApiHost(WebApplication application, FakeTimeProvider clock, FakeReadiness readiness)
    {
        _application = application;
        Clock = clock;
        Readiness = readiness;
        var url = application.Urls.Single();
        Port = new Uri(url).Port;
        Http = new HttpClient(new SocketsHttpHandler { UseCookies = false, UseProxy = false }) { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(20) };
    }

    public static App App { get; } = new()
    {
        Id = "app-id",
        Key = "app-key",
        Secret = "app-secret",
        MaxEventChannelsAtOnce = 4,
        MaxEventPayloadInKb = 1,
        MaxEventBatchSize = 5,
    };

    public static App Other { get; } = new() { Id = "other-id", Key = "other-key", Secret = "other-secret" };

    public static App Disabled { get; } = new() { Id = "off-id", Key = "off-key", Secret = "off-secret", Enabled = false };

    public FakeTimeProvider Clock { get; }

    public FakeReadiness Readiness { get; }

    public HttpClient Http { get; }

    public int Port { get; }

    public IServiceProvider Services => _application.Services;

    public T Get<T>()
        where T : notnull => _application.Services.GetRequiredService<T>();

    /// <summary>Starts a host; the actions change what it is made of, and what stands before the routes.</summary>
    public static async Task<ApiHost> StartAsync(
        Action<IServiceCollection>? services = null, IReadOnlyList<App>? apps = null, Action<WebApplication>? application = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero));
        var readiness = new FakeReadiness();
        AddLayersBelow(builder.Services, clock, apps ?? [App, Other, Disabled]);
        builder.Services.AddSingleton<IReadiness>(readiness);
        services?.Invoke(builder.Services);
        builder.Services.AddHttpApi();

        var app = builder.Build();
        application?.Invoke(app);
        app.UseRouting();
        app.UseHttpApi();
        app.MapHttpApi();
        app.MapOpenApi();
        app.MapHealth(static context => context.Request.Headers.ContainsKey(OperatorHeader));
        app.MapStats();
        app.MapMetrics();
        await app.StartAsync();
        return new ApiHost(app, clock, readiness);
    }

    /// <summary>A signed request of an app.</summary>
    public SignedRequest Request(string method, string path, string? body = null, App? app = null) => new(this, method, path, body, app ?? App);

    public Task<ApiReply> GetAsync(string path, App? app = null) => Request("GET", path, app: app).SendAsync();

    public Task<ApiReply> PostAsync(string path, string body, App? app = null) => Request("POST", path, body, app).SendAsync();

    /// <summary>Publishes to the default app.</summary>
    public Task<ApiReply> PublishAsync(string body) => PostAsync("/apps/app-id/events", body);

    /// <summary>Sends an unsigned request.</summary>
    public async Task<ApiReply> SendPlainAsync(string method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Http.SendAsync(request);
        return await ApiReply.ReadAsync(response);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _application.DisposeAsync();
    }

    private static void AddLayersBelow(IServiceCollection services, TimeProvider clock, IReadOnlyList<App> apps)
    {
        services.AddSingleton(clock);
        services.AddSingleton<IAppManager>(new MemoryAppManager(apps));
        services.AddSingleton<ServerMetrics>();
        services.AddSingleton<WebhookMetrics>();
        services.AddSingleton(static provider => new PrometheusExporter(
            provider.GetRequiredService<ServerMetrics>(), "sockudo_", 9601, NullLogger<PrometheusExporter>.Instance));
        services.AddSingleton<SubscriptionCountNotifier>();
        services.AddSingleton<WatchlistNotifier>();
        services.AddSingleton<IOccupancyObserver, OccupancyNotifier>();
        services.AddSingleton(new CachedEvents(new MemoryCache<CachedFrame>(100, clock)));
        services.AddSingleton<ICache>(new LocalCache(1000, clock));
        services.AddSingleton<ChannelRegistry>();
        services.AddSingleton<ConnectionRegistry>();
        services.AddSingleton<IAdapter, LocalAdapter>();
        services.AddSingleton<EventPublisher>();
        services.AddSingleton<OutputLoops>();
        services.AddOptions<MessagingOptions>();
        services.AddOptions<HttpApiOptions>();
        services.AddOptions<CorsOptions>();
        services.AddOptions<RateLimiterOptions>();
    }
}

/// <summary>A readiness the test sets.</summary>
internal sealed class FakeReadiness : IReadiness
{
    public Readiness Current { get; set; } = new(ReadinessState.Ready);
}
