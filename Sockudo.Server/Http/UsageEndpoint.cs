using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;

namespace Sockudo.Server.Http;

/// <summary>The original's <c>/usage</c>: memory, in bytes, not older than a second. No signature; under the address limit of the health routes.</summary>
internal static class UsageEndpoint
{
    /// <summary>Maps <c>/usage</c>; it answers 404 when it is switched off.</summary>
    public static IEndpointConventionBuilder MapUsage(this IEndpointRouteBuilder routes)
    {
        var memory = routes.ServiceProvider.GetRequiredService<MemoryReading>();
        var limit = routes.ServiceProvider.GetRequiredService<HealthRateLimit>();
        var options = routes.ServiceProvider.GetRequiredService<IOptions<HttpApiOptions>>();
        return routes.MapGet("/usage", (RequestDelegate)(async context =>
        {
            if (!options.Value.UsageEnabled) context.Response.StatusCode = StatusCodes.Status404NotFound;
            else if (await limit.RefuseAsync(context) is { } lease) await ApiRateLimit.TooMany(lease).WriteToAsync(context.Response);
            else await Answer(memory.Current).WriteToAsync(context.Response);
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
