namespace Sockudo.AppHost;

/// <summary>Publishes a Docker Compose file by Aspire.Hosting.Docker (<c>-p:UseAspireDocker=true</c>, on by itself where the package is in the NuGet cache).</summary>
internal static class Compose
{
    /// <summary>Writes the server into a Docker Compose file when that is asked for.</summary>
    public static IResourceBuilder<ProjectResource> PublishToCompose(this IResourceBuilder<ProjectResource> server, AppHostOptions options)
    {
        if (!options.Compose) return server;

        server.ApplicationBuilder.AddDockerComposeEnvironment("compose");
        return server.PublishAsDockerComposeService((_, service) =>
        {
            service.Deploy = new() { Replicas = options.Replicas };
            service.Restart = "unless-stopped";
            service.ReadOnly = true;
            service.AddEnvironmentalVariable("DOTNET_EnableDiagnostics", "0");
        });
    }
}
