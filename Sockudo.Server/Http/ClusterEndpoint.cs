using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Sockudo.Server.Adapters.Cluster;

namespace Sockudo.Server.Http;

/// <summary>
/// <c>/cluster</c>: this node's picture of the cluster: who is there, who hears whom, how long its own heartbeat takes to come
/// back, what is behind, repaired and lost. For operators.
/// </summary>
internal static class ClusterEndpoint
{
    /// <summary>Maps <c>/cluster</c>. Meant for the metrics listener, and for the main one in Development. 404 on the local adapter.</summary>
    public static IEndpointConventionBuilder MapCluster(this IEndpointRouteBuilder routes)
    {
        var node = routes.ServiceProvider.GetService<ClusterNode>();
        return routes.MapGet("/cluster", (RequestDelegate)(context =>
        {
            if (node is not null) return context.Response.WriteAsJsonAsync(node.Status(), ClusterJson.Default.ClusterStatus, cancellationToken: context.RequestAborted);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync("""{"error":"this node has the local adapter: there is no cluster"}""", context.RequestAborted);
        }));
    }
}

/// <summary>How the cluster's status is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, IncludeFields = true)]
[JsonSerializable(typeof(ClusterStatus))]
internal sealed partial class ClusterJson : JsonSerializerContext;
