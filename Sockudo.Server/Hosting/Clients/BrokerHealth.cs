using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sockudo.Server.Adapters;

namespace Sockudo.Server.Hosting.Clients;

/// <summary>What the adapter says of its broker: delivery is proven (healthy), the node serves alone (degraded), or neither.</summary>
internal sealed class BrokerHealth(IAdapter adapter) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var health = adapter.Health;
        return Task.FromResult(health.State switch
        {
            HealthState.Ok => HealthCheckResult.Healthy(),
            HealthState.Degraded => HealthCheckResult.Degraded(health.Reason),
            _ => HealthCheckResult.Unhealthy(health.Reason),
        });
    }
}
