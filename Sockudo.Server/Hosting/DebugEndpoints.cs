using Microsoft.AspNetCore.Builder;
using Sockudo.Server.Http;

namespace Sockudo.Server.Hosting;

/// <summary>What a developer or a test may ask of the process. Development only: a forced collection stops every thread.</summary>
internal static class DebugEndpoints
{
    /// <summary>Maps <c>POST /debug/gc</c>: collects everything that can be and answers what is left.</summary>
    public static void MapDebug(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/debug/gc", (RequestDelegate)(static context =>
        {
            // Twice: what a finalizer lets go of is collected by the second.
            for (var i = 0; i < 2; i++)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                GC.WaitForPendingFinalizers();
            }

            var answer = ApiAnswer.Json(static json =>
            {
                json.WriteNumber("heap_bytes"u8, GC.GetTotalMemory(forceFullCollection: false));
                json.WriteNumber("active_timers"u8, Timer.ActiveCount);
            });
            context.Response.ContentType = "application/json";
            return context.Response.Body.WriteAsync(answer, context.RequestAborted).AsTask();
        }));
}
