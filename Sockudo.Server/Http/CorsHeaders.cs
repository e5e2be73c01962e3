using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Sockudo.Server.Apps;

namespace Sockudo.Server.Http;

/// <summary>
/// What browsers of other origins may do: on the API and the health routes, not on <c>/usage</c>, <c>/stats</c>, <c>/metrics</c> and paths that do not
/// exist. With any origin allowed, credentials are off whatever is configured (Fetch standard §3.2.5). Thread-safe.
/// </summary>
internal sealed class CorsHeaders
{
    private readonly OriginPatterns? _origins;
    private readonly bool _isAny;
    private readonly bool _credentials;
    private readonly string _methods;
    private readonly string _headers;

    public CorsHeaders(IOptions<CorsOptions> options)
    {
        var cors = options.Value;
        _origins = OriginPatterns.Parse([.. cors.Origins]);
        _isAny = _origins is { IsAny: true };
        _credentials = cors.Credentials && !_isAny && _origins is not null;
        _methods = string.Join(", ", cors.Methods);
        _headers = string.Join(", ", cors.AllowedHeaders);
    }

    /// <summary>Adds the headers an answer needs; true when the request was a preflight, which they answer.</summary>
    public bool Apply(HttpContext context)
    {
        if (context.GetEndpoint() is null || !Covers(context.Request.Path)) return false;
        var headers = context.Response.Headers;
        if (!_isAny && _origins is not null) headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0) return false;

        var isAllowed = _isAny || _origins?.Allows(origin) == true;
        if (isAllowed)
        {
            headers.AccessControlAllowOrigin = _isAny ? "*" : origin;
            if (_credentials) headers.AccessControlAllowCredentials = "true";
            headers.AccessControlExposeHeaders = "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After, X-Health-Check";
        }

        if (!HttpMethods.IsOptions(context.Request.Method) || context.Request.Headers.AccessControlRequestMethod.Count == 0) return false;
        if (isAllowed)
        {
            headers.AccessControlAllowMethods = _methods;
            headers.AccessControlAllowHeaders = _headers;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return true;
    }

    private static bool Covers(PathString path) =>
        path.StartsWithSegments("/apps") || path.StartsWithSegments("/up") || path.StartsWithSegments("/live") || path.StartsWithSegments("/ready");
}
