namespace Sockudo.AppHost;

/// <summary>How a broker is started; the values of <c>Sockudo:Brokers</c>.</summary>
internal enum BrokerForm
{
    /// <summary><c>auto</c>: in a container when a container runtime answers, else as processes; the default.</summary>
    Auto,

    /// <summary><c>container</c>: in a container, by Docker or Podman.</summary>
    Container,

    /// <summary><c>process</c>: as processes of this machine; no container runtime is needed.</summary>
    Process,
}
