using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;

namespace Sockudo.Server.Http;

/// <summary>The original's <c>/usage</c>: memory, in bytes. No signature, no limit.</summary>
internal static class UsageEndpoint
{
    /// <summary>Maps <c>/usage</c>; it answers 404 when it is switched off.</summary>
    public static IEndpointConventionBuilder MapUsage(this IEndpointRouteBuilder routes)
    {
        var memory = routes.ServiceProvider.GetRequiredService<IMemoryGauge>();
        var options = routes.ServiceProvider.GetRequiredService<IOptions<HttpApiOptions>>();
        return routes.MapGet("/usage", (RequestDelegate)(async context =>
        {
            if (options.Value.UsageEnabled) await Answer(memory.Read()).WriteToAsync(context.Response);
            else context.Response.StatusCode = StatusCodes.Status404NotFound;
        }));
    }

    private static ApiAnswer Answer(MemoryUsage usage) => ApiAnswer.Object(json =>
    {
        json.WriteStartObject("memory"u8);
        json.WriteNumber("free"u8, usage.Free);
        json.WriteNumber("used"u8, usage.Used);
        json.WriteNumber("total"u8, usage.Total);
        json.WriteNumber("percent"u8, usage.Percent);
        json.WriteEndObject();
    });
}
