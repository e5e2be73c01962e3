using Sockudo.AppHost.Brokers.Health;

namespace Sockudo.AppHost.Brokers.Containers;

/// <summary>
/// Several Redis processes in one container, for development. They tell clients each other's address, so every port is the same inside
/// and outside and every address is 127.0.0.1: that cannot be had with a container each, whose ports Aspire's proxy would move.
/// </summary>
internal static class RedisGroup
{
    private const string Image = "redis";
    private const string Tag = "8.6";

    /// <summary>Adds the container. The script finds the password in <c>REDIS_PASSWORD</c> and must not end.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="ports">Every port that is listened on, the same on both sides.</param>
    /// <param name="script">What <c>/bin/sh</c> runs.</param>
    /// <param name="password">The password of the Redis servers.</param>
    /// <param name="isHealthy">Says when the group can be used.</param>
    public static IResourceBuilder<ContainerResource> Add(
        IDistributedApplicationBuilder builder, string name, IEnumerable<int> ports, string script,
        IResourceBuilder<ParameterResource> password, RedisReply isHealthy)
    {
        var group = builder.AddContainer(name, Image, Tag)
            .WithEntrypoint("/bin/sh")
            .WithArgs("-c", script.ReplaceLineEndings("\n"))
            .WithEnvironment("REDIS_PASSWORD", password)
            .WithHealth(isHealthy, password.Resource);
        foreach (var port in ports) group.WithEndpoint(port: port, targetPort: port, scheme: "tcp", name: $"port-{port}", isProxied: false);
        return group;
    }
}
