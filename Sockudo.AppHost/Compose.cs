namespace Sockudo.AppHost;

/// <summary>Says what a Docker Compose file needs, where this was built without it. With <c>-p:UseAspireDocker=true</c> Compose.Aspire.cs is built in place of this file.</summary>
internal static class Compose
{
    /// <summary>Does nothing unless a compose file is asked for.</summary>
    /// <exception cref="InvalidOperationException">One is asked for; the message says how to get it.</exception>
    public static IResourceBuilder<ProjectResource> PublishToCompose(this IResourceBuilder<ProjectResource> server, AppHostOptions options) =>
        options.Compose
            ? throw new InvalidOperationException(
                "Sockudo:Compose needs the package Aspire.Hosting.Docker, which this AppHost was built without: run it with -p:UseAspireDocker=true "
                + "where the package is served. See docs/deployment.md.")
            : server;
}
