using System.Globalization;
using System.Text.Json;
using Sockudo.AppHost.Brokers.Health;

// Tools of the .NET SDK as resources are new in Aspire 13 and marked experimental; this file is the only one that uses them.
#pragma warning disable ASPIREDOTNETTOOL

namespace Sockudo.AppHost.Brokers.Processes;

/// <summary>
/// One Garnet server (a Redis-compatible server of Microsoft's, written in C#) on a port of loopback, with a password: started by the .NET SDK
/// alone where no <c>redis-server</c> is installed. The first start fetches it from the configured package feed.
/// </summary>
internal sealed class GarnetProcess(string name, int port, ParameterResource password)
    : DotnetToolResource(name, "garnet-server"), IResourceWithConnectionString
{
    private const string Version = "2.2.8";

    /// <inheritdoc />
    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create($"127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)},password={password}");

    /// <summary>Adds it.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    public static IResourceBuilder<GarnetProcess> Add(IDistributedApplicationBuilder builder, string name)
    {
        var port = FreePort.Take();
        var files = BrokerFolder.Of(builder);
        var password = BrokerPassword.Add(builder, name);
        return builder.AddDotnetTool(new GarnetProcess(name, port, password.Resource))
            .WithToolVersion(Version)
            .WithArgs(async context =>
            {
                // In a file, because every user of the machine can read the arguments of a process.
                var secret = await password.Resource.GetValueAsync(context.CancellationToken).ConfigureAwait(false);
                context.Args.Add("--config-import-path");
                context.Args.Add(files.Write(name, JsonSerializer.Serialize(new { Port = port, Address = "127.0.0.1", AuthenticationMode = "Password", Password = secret })));
            })
            .WithEndpoint(port: port, targetPort: port, scheme: "tcp", name: "tcp", isProxied: false)
            .WithHealth(RedisReply.Pong(port), password.Resource)
            .ExcludeFromManifest();
    }
}
