using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Sockudo.ServiceDefaults;
using Xunit;

namespace Sockudo.Tests.Unit.ServiceDefaults;

public sealed class ServiceDefaultsTests
{
    [Fact]
    public void Without_an_OTLP_endpoint_nothing_of_OpenTelemetry_is_registered()
    {
        var builder = Builder(otlp: null);
        builder.AddServiceDefaults();

        Assert.DoesNotContain(builder.Services, static service => service.ServiceType.FullName!.StartsWith("OpenTelemetry", StringComparison.Ordinal)
            || service.ImplementationType?.FullName?.StartsWith("OpenTelemetry", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void An_OTLP_endpoint_brings_metrics_traces_and_logs()
    {
        var builder = Builder(otlp: "http://127.0.0.1:4317");
        builder.AddServiceDefaults(static options =>
        {
            options.Meters.Add("Shop");
            options.ActivitySources.Add("Shop");
        });
        using var host = builder.Build();

        Assert.NotNull(host.Services.GetService<MeterProvider>());
        Assert.NotNull(host.Services.GetService<TracerProvider>());
        Assert.Contains(host.Services.GetServices<ILoggerProvider>(), static provider => provider is OpenTelemetryLoggerProvider);
    }

    [Fact]
    public async Task The_check_self_says_that_the_process_lives()
    {
        var builder = Builder(otlp: null);
        builder.AddServiceDefaults();
        using var host = builder.Build();

        var report = await host.Services.GetRequiredService<HealthCheckService>()
            .CheckHealthAsync(static check => check.Tags.Contains(Extensions.LiveTag), TestContext.Current.CancellationToken);

        Assert.Equal("self", Assert.Single(report.Entries).Key);
        Assert.Equal(HealthStatus.Healthy, report.Status);
    }

    [Theory]
    [InlineData("Development", "/health", HttpStatusCode.OK)]
    [InlineData("Development", "/alive", HttpStatusCode.OK)]
    [InlineData("Production", "/health", HttpStatusCode.NotFound)]
    [InlineData("Production", "/alive", HttpStatusCode.NotFound)]
    public async Task Health_is_told_in_Development_only(string environment, string path, HttpStatusCode expected)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults();
        await using var app = builder.Build();
        app.MapDefaultEndpoints();
        await app.StartAsync(TestContext.Current.CancellationToken);

        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(address + path), TestContext.Current.CancellationToken);

        Assert.Equal(expected, answer.StatusCode);
    }

    private static HostApplicationBuilder Builder(string? otlp)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "shop" });
        builder.Configuration.AddInMemoryCollection([new(Extensions.OtlpEndpointKey, otlp)]);
        return builder;
    }
}
