using System.Globalization;
using Sockudo.AppHost.Brokers.Health;

namespace Sockudo.AppHost.Brokers.Processes;

/// <summary>One <c>nats-server</c> on a port of loopback, with a user <c>nats</c> and a password.</summary>
internal sealed class NatsProcess(string name, string program, string folder, int port, ParameterResource password)
    : ExecutableResource(name, program, folder), IResourceWithConnectionString
{
    /// <inheritdoc />
    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create($"nats://nats:{password}@127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>Adds it. JetStream stays off: the servers use plain subjects.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="program">The path of <c>nats-server</c>.</param>
    public static IResourceBuilder<NatsProcess> Add(IDistributedApplicationBuilder builder, string name, string program)
    {
        var port = FreePort.Take();
        var files = BrokerFolder.Of(builder);
        var password = BrokerPassword.Add(builder, name);
        var nats = builder.AddResource(new NatsProcess(name, program, files.PathOf(name), port, password.Resource))
            .WithArgs(async context =>
            {
                // In a file, because every user of the machine can read the arguments of a process.
                var secret = await password.Resource.GetValueAsync(context.CancellationToken).ConfigureAwait(false);
                context.Args.Add("-c");
                context.Args.Add(files.Write(name, $"listen: \"127.0.0.1:{port}\"\nauthorization {{ user: nats, password: \"{secret}\" }}\n"));
            })
            .WithEndpoint(port: port, targetPort: port, scheme: "tcp", name: "tcp", isProxied: false)
            .ExcludeFromManifest();
        return nats.WithHealth(new NatsGreeting(nats.GetEndpoint("tcp")));
    }
}
