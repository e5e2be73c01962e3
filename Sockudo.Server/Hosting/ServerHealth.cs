using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sockudo.Server.Configuration;
using Sockudo.Server.Hosting.Clients;
using Sockudo.Server.Http;

namespace Sockudo.Server.Hosting;

/// <summary>
/// .NET's health checks, as the dashboard of Aspire asks them at <c>/health</c> in Development: what <c>/ready</c> says (<c>ready</c>), what
/// <c>/up</c> says (<c>up</c>), and the brokers under the names of Aspire's clients. <c>/alive</c> asks the check <c>self</c> only, as <c>/live</c> does.
/// </summary>
internal static class ServerHealth
{
    /// <summary>Registers the checks.</summary>
    public static void AddServerHealth(this IHostApplicationBuilder builder, ServerConfiguration configuration)
    {
        builder.Services.AddHealthChecks().AddCheck<Ready>("ready", HealthStatus.Unhealthy).AddCheck<Up>("up", HealthStatus.Unhealthy);
        RedisClient.Add(builder, configuration);
        NatsClient.Add(builder, configuration);
    }

    private sealed class Ready(IReadiness readiness) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var current = readiness.Current;
            return Task.FromResult(current.State == ReadinessState.Ready ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy($"{current.State}: {current.Reason}"));
        }
    }

    private sealed class Up(Http.HealthChecks checks) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            await checks.OfServerAsync(cancellationToken) switch
            {
                HealthResult.Ok => HealthCheckResult.Healthy(),
                HealthResult.Degraded => HealthCheckResult.Degraded("the node serves alone"),
                _ => HealthCheckResult.Unhealthy("there is no app, or the broker is away"),
            };
    }
}
