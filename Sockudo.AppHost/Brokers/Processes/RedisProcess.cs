using Sockudo.AppHost.Brokers.Health;

namespace Sockudo.AppHost.Brokers.Processes;

/// <summary>One <c>redis-server</c> on a port of loopback, with a password. Its connection string is StackExchange.Redis'.</summary>
internal sealed class RedisProcess(string name, string program, string folder, int port, ParameterResource password)
    : ExecutableResource(name, program, folder), IResourceWithConnectionString
{
    /// <summary>Where it listens, as soon as it runs and whenever it runs again.</summary>
    public int Port { get; } = port;

    /// <inheritdoc />
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"127.0.0.1:{Text(Port)},password={password}");

    /// <summary>Adds one. Nothing is stored: the servers only pass messages through it.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="program">The path of <c>redis-server</c>.</param>
    /// <param name="password">The password of this server, and of its master when it is a replica.</param>
    /// <param name="lines">More lines of its configuration.</param>
    public static IResourceBuilder<RedisProcess> Add(
        IDistributedApplicationBuilder builder, string name, string program, IResourceBuilder<ParameterResource> password, params string[] lines)
    {
        var port = FreePort.Take();
        return Add(builder, name, program, port, password, RedisReply.Pong(port), [], secret =>
        [
            $"port {port}", "bind 127.0.0.1", "save \"\"", "appendonly no", $"requirepass {secret}", $"masterauth {secret}", .. lines,
        ]);
    }

    /// <summary>Adds a sentinel: the same program, another role. It has no password of its own.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="program">The path of <c>redis-server</c>.</param>
    /// <param name="password">The password of the servers it watches.</param>
    /// <param name="master">The port of the first master.</param>
    public static IResourceBuilder<RedisProcess> AddSentinel(
        IDistributedApplicationBuilder builder, string name, string program, IResourceBuilder<ParameterResource> password, int master)
    {
        var port = FreePort.Take();
        var quorum = new RedisReply(port, "SENTINEL CKQUORUM mymaster", "OK 3 usable", Authenticate: false);
        return Add(builder, name, program, port, password, quorum, ["--sentinel"], secret =>
        [
            $"port {port}", "bind 127.0.0.1", $"sentinel monitor mymaster 127.0.0.1 {master} 2", $"sentinel auth-pass mymaster {secret}",
            "sentinel down-after-milliseconds mymaster 2000", "sentinel failover-timeout mymaster 6000",
        ]);
    }

    private static IResourceBuilder<RedisProcess> Add(
        IDistributedApplicationBuilder builder, string name, string program, int port, IResourceBuilder<ParameterResource> password,
        RedisReply health, string[] args, Func<string, string[]> configuration)
    {
        var files = BrokerFolder.Of(builder);
        return builder.AddResource(new RedisProcess(name, program, files.PathOf(name), port, password.Resource))
            .WithArgs(async context =>
            {
                // In a file, because every user of the machine can read the arguments of a process.
                var secret = await password.Resource.GetValueAsync(context.CancellationToken).ConfigureAwait(false) ?? "";
                context.Args.Add(files.Write(name, string.Join('\n', configuration(secret)) + "\n"));
                foreach (var arg in args) context.Args.Add(arg);
            })
            .WithEndpoint(port: port, targetPort: port, scheme: "tcp", name: "tcp", isProxied: false)
            .WithHealth(health, password.Resource)
            .ExcludeFromManifest();
    }

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
