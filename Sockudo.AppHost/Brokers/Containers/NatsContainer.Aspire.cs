namespace Sockudo.AppHost.Brokers.Containers;

/// <summary>NATS in a container by Aspire.Hosting.Nats (<c>-p:UseAspireNats=true</c>, on by itself where the package is in the NuGet cache).</summary>
internal static class NatsContainer
{
    /// <summary>Adds it.</summary>
    public static IResourceBuilder<IResourceWithConnectionString> Add(IDistributedApplicationBuilder builder, string name) => builder.AddNats(name);
}
