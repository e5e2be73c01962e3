using Microsoft.AspNetCore.Builder;

namespace Sockudo.Server.Http.OpenApi;

/// <summary>The description of the API for programs.</summary>
internal static class OpenApiEndpoint
{
    /// <summary>Maps <c>/openapi.json</c>. No signature.</summary>
    public static IEndpointConventionBuilder MapOpenApi(this IEndpointRouteBuilder routes)
    {
        var document = new ApiAnswer(StatusCodes.Status200OK, OpenApiDocument.Write());
        return routes.MapGet("/openapi.json", (RequestDelegate)(async context => await document.WriteToAsync(context.Response)));
    }
}
