using Sockudo.AppHost.Brokers.Health;

namespace Sockudo.AppHost.Brokers.Containers;

/// <summary>
/// NATS in a container, as Aspire.Hosting.Nats would add it: the same names, connection string and health check, where that package is not
/// served. With <c>-p:UseAspireNats=true</c> NatsContainer.Aspire.cs is built in place of this file.
/// </summary>
internal sealed class NatsContainer(string name, ParameterResource password) : ContainerResource(name), IResourceWithConnectionString
{
    private const string Image = "nats";
    private const string Tag = "2.12";
    private const int Port = 4222;

    private EndpointReference Endpoint => field ??= new EndpointReference(this, "tcp");

    /// <inheritdoc />
    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create($"nats://nats:{password}@{Endpoint.Property(EndpointProperty.HostAndPort)}");

    /// <summary>Adds it.</summary>
    public static IResourceBuilder<IResourceWithConnectionString> Add(IDistributedApplicationBuilder builder, string name)
    {
        var password = BrokerPassword.Add(builder, name);
        var nats = builder.AddResource(new NatsContainer(name, password.Resource))
            .WithImage(Image, Tag)
            .WithEndpoint(targetPort: Port, scheme: "tcp", name: "tcp")
            .WithArgs("--user", "nats", "--pass", password);
        return nats.WithHealth(new NatsGreeting(nats.Resource.Endpoint));
    }
}
