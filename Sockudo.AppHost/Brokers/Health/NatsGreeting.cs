namespace Sockudo.AppHost.Brokers.Health;

/// <summary>The line with which a NATS server greets each connection.</summary>
/// <param name="Endpoint">Where it listens; a host and a port once it runs.</param>
internal sealed record NatsGreeting(EndpointReference Endpoint)
{
    /// <summary>Whether it is heard; false when something else is, nothing within two seconds, or nobody listens.</summary>
    public Task<bool> IsHeardAsync(CancellationToken cancellation) =>
        Endpoint.IsAllocated ? TextReply.HasAsync(Endpoint.Host, Endpoint.Port, "", "INFO {", cancellation) : Task.FromResult(false);
}
