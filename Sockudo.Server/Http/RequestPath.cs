using Microsoft.AspNetCore.Http.Features;

namespace Sockudo.Server.Http;

/// <summary>The path of a request as it was received, which is what its sender signed. Pure.</summary>
internal static class RequestPath
{
    /// <summary>The undecoded path without query and without one trailing slash, any path prefix included.</summary>
    public static ReadOnlySpan<char> Raw(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.AsSpan();
        if (!target.StartsWith('/'))
        {
            // The absolute form of RFC 9112 §3.2.2, as sent to proxies.
            var authority = target.IndexOf("://", StringComparison.Ordinal);
            var slash = authority < 0 ? -1 : target[(authority + 3)..].IndexOf('/');
            target = slash < 0 ? "/" : target[(authority + 3 + slash)..];
        }

        var query = target.IndexOf('?');
        if (query >= 0) target = target[..query];
        return target.Length > 1 && target.EndsWith('/') ? target[..^1] : target;
    }

    /// <summary>A route parameter, decoded.</summary>
    /// <param name="context">The request.</param>
    /// <param name="name">The parameter.</param>
    /// <param name="fromEnd">Which segment it is, counted from the path's end, 0 being the last.</param>
    public static string Parameter(HttpContext context, string name, int fromEnd)
    {
        var value = context.Request.RouteValues[name] as string ?? "";

        // The server leaves an encoded slash as it is, which makes %2F and %252F look the same here: decode again from the raw path.
        return value.Contains("%2F", StringComparison.OrdinalIgnoreCase) ? Uri.UnescapeDataString(Segment(Raw(context), fromEnd)) : value;
    }

    private static string Segment(ReadOnlySpan<char> path, int fromEnd)
    {
        for (; fromEnd > 0; fromEnd--) path = path[..Math.Max(0, path.LastIndexOf('/'))];
        return new string(path[(path.LastIndexOf('/') + 1)..]);
    }
}
