namespace Sockudo.AppHost.Brokers;

/// <summary>One NATS server, or an existing one by <c>ConnectionStrings:nats</c>.</summary>
internal static class Nats
{
    /// <summary>Adds it. JetStream stays off: the servers use plain subjects.</summary>
    public static Broker Add(IDistributedApplicationBuilder builder)
    {
        if (Broker.Exists(builder, "nats")) return Broker.Existing(builder, "nats", "nats");

        var nats = builder.AddNats("nats");
        return new Broker("nats", "nats", nats, nats);
    }
}
