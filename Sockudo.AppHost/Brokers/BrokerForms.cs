using Sockudo.AppHost.Brokers.Containers;
using Sockudo.AppHost.Brokers.Processes;

namespace Sockudo.AppHost.Brokers;

/// <summary>Chooses whether a broker runs in a container or as processes.</summary>
internal static class BrokerForms
{
    /// <summary>
    /// The form to start a broker in: the one asked for; with <c>auto</c> a container when a runtime answers, else processes. What is published
    /// is always the container.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="program">What the processes run, and how it is installed.</param>
    /// <exception cref="InvalidOperationException">Neither can be had; the message names every way to a broker.</exception>
    public static BrokerForm Choose(IDistributedApplicationBuilder builder, AppHostOptions options, BrokerProgram program)
    {
        // Aspire says itself when the runtime that was asked for does not answer.
        if (!builder.ExecutionContext.IsRunMode || options.Brokers == BrokerForm.Container) return BrokerForm.Container;
        if (options.Brokers == BrokerForm.Auto && ContainerRuntime.Answers(builder.Configuration)) return BrokerForm.Container;
        if (program.IsInstalled) return BrokerForm.Process;

        var runtime = options.Brokers == BrokerForm.Auto
            ? $"no container runtime answered within {ContainerRuntime.Deadline.TotalSeconds:0} s (docker, podman, or ASPIRE_CONTAINER_RUNTIME)"
            : "Sockudo:Brokers=process leaves containers out";
        throw new InvalidOperationException(
            $"The broker cannot be started: {runtime}, and {program.Missing}. Start Docker or Podman, or {program.HowToInstall}, "
            + "or give an existing broker as ConnectionStrings:redis or ConnectionStrings:nats, or choose Sockudo:Adapter=local. See docs/deployment.md.");
    }
}
