using Sockudo.AppHost.Brokers;

namespace Sockudo.AppHost;

/// <summary>What Program.cs says about the server, in words of this project.</summary>
internal static class SockudoServer
{
    /// <summary>Gives the server its app.</summary>
    public static IResourceBuilder<ProjectResource> WithApp(this IResourceBuilder<ProjectResource> server, PusherApp app) => server
        .WithEnvironment("SOCKUDO_DEFAULT_APP_ID", app.Id)
        .WithEnvironment("SOCKUDO_DEFAULT_APP_KEY", app.Key)
        .WithEnvironment("SOCKUDO_DEFAULT_APP_SECRET", app.Secret)
        .WithEnvironment("SOCKUDO_ENABLE_CLIENT_MESSAGES", "true")
        // The variables' default of 100 connections is the original's; 0 is no limit.
        .WithEnvironment("SOCKUDO_DEFAULT_APP_MAX_CONNECTIONS", "0");

    /// <summary>Connects the server to the broker and starts it after the broker is healthy.</summary>
    public static IResourceBuilder<ProjectResource> WithBroker(this IResourceBuilder<ProjectResource> server, Broker broker)
    {
        server.WithEnvironment("ADAPTER_DRIVER", broker.Driver);
        if (broker.Connection is { } connection)
        {
            // Before WithReference: Aspire's REDIS_HOST, REDIS_URI and their like would say something else to the server than they mean.
            server.WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionString)
                .WithReference(connection, connectionName: broker.ConnectionName);
        }

        foreach (var need in broker.Needs) server.WaitFor(need);
        return broker.Preparation is { } preparation ? server.WaitForCompletion(preparation) : server;
    }

    /// <summary>Puts what a developer opens first on the dashboard. Without a launch profile nothing else says that this is Development.</summary>
    public static IResourceBuilder<ProjectResource> WithLinks(this IResourceBuilder<ProjectResource> server)
    {
        var builder = server.ApplicationBuilder;
        if (!builder.ExecutionContext.IsRunMode) return server;

        return server
            .WithEnvironment("ASPNETCORE_ENVIRONMENT", builder.Environment.EnvironmentName)
            .WithUrlForEndpoint("http", url => url.DisplayText = "Test page")
            .WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { Url = "/openapi.json", DisplayText = "API document" })
            .WithUrlForEndpoint("metrics", url => (url.Url, url.DisplayText) = ("/stats", "Statistics"))
            .WithUrlForEndpoint("metrics", _ => new ResourceUrlAnnotation { Url = "/metrics", DisplayText = "Metrics" });
    }
}
