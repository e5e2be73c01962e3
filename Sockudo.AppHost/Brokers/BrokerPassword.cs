namespace Sockudo.AppHost.Brokers;

/// <summary>Passwords of brokers that the AppHost starts.</summary>
internal static class BrokerPassword
{
    /// <summary>
    /// Adds one as a secret parameter, made on the first run and kept in the user's secrets. It has letters and digits only: a connection string
    /// cannot hold a comma or a space, and a URL nothing that must be escaped.
    /// </summary>
    public static IResourceBuilder<ParameterResource> Add(IDistributedApplicationBuilder builder, string broker) =>
        builder.AddParameter($"{broker}-password", new GenerateParameterDefault { MinLength = 22, Special = false }, secret: true, persist: true);
}
