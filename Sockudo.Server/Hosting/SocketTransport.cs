using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sockudo.Server.Transport;

namespace Sockudo.Server.Hosting;

/// <summary>Kestrel's sockets: which thread reads them, and how many connections may wait to be accepted.</summary>
internal static class SocketTransport
{
    // A deploy reconnects every client at once; the kernel cuts this to net.core.somaxconn.
    private const int ListenBacklog = 4096;

    /// <summary>Serves over sockets, on the threads that find them ready when <see cref="InlineCompletions"/> are on.</summary>
    public static void UseSocketTransport(this WebApplicationBuilder builder)
    {
        builder.WebHost.UseSockets(static sockets =>
        {
            sockets.Backlog = ListenBacklog;
            sockets.UnsafePreferInlineScheduling = InlineCompletions.AreOn;
        });
        if (!InlineCompletions.AreOn) return;
        builder.Services.Replace(ServiceDescriptor.Singleton<IConnectionListenerFactory>(static services => new PooledAccepting(
            new SocketTransportFactory(services.GetRequiredService<IOptions<SocketTransportOptions>>(), services.GetRequiredService<ILoggerFactory>()))));
    }

    /// <summary>Leaves the threads that read sockets to the sockets: what may take long is served by the pool (<see cref="RequestTurn"/>).</summary>
    public static void UseRequestTurns(this WebApplication app)
    {
        if (!InlineCompletions.AreOn) return;
        app.Use(static (context, next) =>
        {
            var isForPool = context.Features.Get<RequestTurn>()?.IsForPool(context.Request.ContentLength) ?? true;
            return isForPool ? OnPoolAsync(context, next) : next(context);
        });
    }

    private static async Task OnPoolAsync(HttpContext context, RequestDelegate next)
    {
        await Task.Yield();
        await next(context);
    }
}
