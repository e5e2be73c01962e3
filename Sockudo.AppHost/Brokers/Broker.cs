namespace Sockudo.AppHost.Brokers;

/// <summary>What connects the servers with each other.</summary>
/// <param name="Driver">The server's <c>ADAPTER_DRIVER</c>.</param>
/// <param name="ConnectionName">The server's name for the connection string, <c>redis</c> or <c>nats</c>, whatever the resource is called.</param>
/// <param name="Connection">Where the broker is; null when there is none.</param>
internal sealed record Broker(string Driver, string? ConnectionName, IResourceBuilder<IResourceWithConnectionString>? Connection)
{
    /// <summary>What must be healthy before a server starts; empty when somebody else runs the broker.</summary>
    public IReadOnlyList<IResourceBuilder<IResource>> Needs { get; init; } = [];

    /// <summary>What must have ended well before a server starts, such as the step that joins the nodes of a cluster.</summary>
    public IResourceBuilder<IResource>? Preparation { get; init; }

    /// <summary>
    /// Whether the broker is given by its connection string (<c>ConnectionStrings:redis</c> of the AppHost) and none is to be started.
    /// </summary>
    public static bool Exists(IDistributedApplicationBuilder builder, string connectionName) =>
        !string.IsNullOrEmpty(builder.Configuration[$"ConnectionStrings:{connectionName}"]);

    /// <summary>A broker that somebody else runs.</summary>
    public static Broker Existing(IDistributedApplicationBuilder builder, string driver, string connectionName) =>
        new(driver, connectionName, builder.AddConnectionString(connectionName));
}
