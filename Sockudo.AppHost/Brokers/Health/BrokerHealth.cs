using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Sockudo.AppHost.Brokers.Health;

/// <summary>Makes a question to a broker the health of its resource.</summary>
internal static class BrokerHealth
{
    /// <summary>Red until the Redis process answers as expected, and whenever it does not.</summary>
    public static IResourceBuilder<T> WithHealth<T>(this IResourceBuilder<T> resource, RedisReply reply, ParameterResource password)
        where T : IResource =>
        resource.WithHealth($"{reply.Command} on port {reply.Port} does not answer '{reply.Expected}'.", async cancellation =>
            await reply.AskAsync(await password.GetValueAsync(cancellation).ConfigureAwait(false) ?? "", cancellation).ConfigureAwait(false));

    /// <summary>Red until NATS greets, and whenever it does not.</summary>
    public static IResourceBuilder<T> WithHealth<T>(this IResourceBuilder<T> resource, NatsGreeting greeting)
        where T : IResource =>
        resource.WithHealth("NATS does not greet.", greeting.IsHeardAsync);

    private static IResourceBuilder<T> WithHealth<T>(this IResourceBuilder<T> resource, string fault, Func<CancellationToken, Task<bool>> isHealthy)
        where T : IResource
    {
        var check = $"{resource.Resource.Name}_check";
        resource.ApplicationBuilder.Services.AddHealthChecks().AddAsyncCheck(check, async cancellation =>
            await isHealthy(cancellation).ConfigureAwait(false) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(fault));
        return resource.WithHealthCheck(check);
    }
}
