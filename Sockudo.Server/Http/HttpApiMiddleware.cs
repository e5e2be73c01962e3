using System.Text;
using Microsoft.AspNetCore.Connections;

namespace Sockudo.Server.Http;

/// <summary>
/// Around every route: cross-origin headers, the plain 404 and 405, and an answer without details for what fails. Thread-safe.
/// </summary>
internal sealed partial class HttpApiMiddleware(RequestDelegate next, CorsHeaders cors, ILogger<HttpApiMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            if (cors.Apply(context)) return;
            await next(context);
            await EndAsync(context.Response);
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await RefusalOf(e).WriteToAsync(context.Response);
        }
        catch (Exception e) when (e is ConnectionResetException || (context.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException))
        {
            // The client went away, which a read may know before the request does; nobody is left to answer.
            context.Abort();
        }
        catch (Exception e)
        {
            LogDefect(e, context.Request.Method, (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText);
            if (context.Response.HasStarted) context.Abort();
            else await ApiErrors.Internal.With("internal error; the request was not completed").WriteToAsync(context.Response);
        }
    }

    private static ApiAnswer RefusalOf(BadHttpRequestException e) => e.StatusCode == StatusCodes.Status413PayloadTooLarge
        ? ApiErrors.BodyTooLarge.With("the body is larger than this server takes", endsConnection: true)
        : ApiErrors.BadRequest.With("the request's body could not be read", endsConnection: true);

    private static async ValueTask EndAsync(HttpResponse response)
    {
        if (response.HasStarted || response.ContentType is not null) return;
        var text = response.StatusCode switch
        {
            StatusCodes.Status404NotFound => "404 NOT FOUND",
            StatusCodes.Status405MethodNotAllowed => "405 METHOD NOT ALLOWED",
            _ => null,
        };
        if (text is null) return;
        response.ContentType = "text/plain; charset=utf-8";
        response.ContentLength = text.Length;
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method)) await response.BodyWriter.WriteAsync(Encoding.ASCII.GetBytes(text), response.HttpContext.RequestAborted);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A request could not be answered: {Method} {Route}")]
    private partial void LogDefect(Exception exception, string method, string? route);
}
