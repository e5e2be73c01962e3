using Sockudo.AppHost.Brokers.Containers;
using Sockudo.AppHost.Brokers.Processes;

namespace Sockudo.AppHost.Brokers;

/// <summary>One NATS server, or an existing one by <c>ConnectionStrings:nats</c>.</summary>
internal static class Nats
{
    /// <summary>Adds it. JetStream stays off: the servers use plain subjects.</summary>
    public static Broker Add(IDistributedApplicationBuilder builder, AppHostOptions options)
    {
        if (Broker.Exists(builder, "nats")) return Broker.Existing(builder, "nats", "nats");

        var program = BrokerProgram.Nats();
        IResourceBuilder<IResourceWithConnectionString> nats = BrokerForms.Choose(builder, options, program) == BrokerForm.Container
            ? NatsContainer.Add(builder, "nats")
            : NatsProcess.Add(builder, "nats", program.Path!);
        return new Broker("nats", "nats", nats) { Needs = [nats] };
    }
}
