using Microsoft.Extensions.Options;
using Sockudo.Server.Apps;
using Sockudo.Server.Metrics;
using Sockudo.Server.Tracing;

namespace Sockudo.Server.Http;

/// <summary>
/// What comes before every handler of <c>/apps/…</c>, cheapest first: the limit of the address, the body's size, the signature,
/// the app's own limit. Thread-safe.
/// </summary>
internal sealed class SignedRoutes(
    ApiRateLimit addressLimit, ApiSignature signature, AppRateLimits appLimits, ServerMetrics metrics, IOptions<HttpApiOptions> options)
{
    /// <summary>Puts the checks before a handler.</summary>
    public RequestDelegate Guard(Func<ApiRequest, ValueTask<ApiAnswer>> handler) => async context =>
    {
        var answer = await addressLimit.CheckAsync(context) ?? await AnswerAsync(context, handler);
        await answer.WriteToAsync(context.Response);
    };

    /// <summary>Puts the checks before a handler that need not wait.</summary>
    public RequestDelegate Guard(Func<ApiRequest, ApiAnswer> handler) => Guard(request => ValueTask.FromResult(handler(request)));

    private async ValueTask<ApiAnswer> AnswerAsync(HttpContext context, Func<ApiRequest, ValueTask<ApiAnswer>> handler)
    {
        if (!HttpMethods.IsPost(context.Request.Method)) return await AuthenticateAsync(context, ReadOnlyMemory<byte>.Empty, handler);

        var limit = options.Value.RequestLimitBytes;
        using var body = await RequestBody.ReadAsync(context.Request, limit, context.RequestAborted);
        return body is null
            ? ApiErrors.BodyTooLarge.With($"the body is larger than {limit} bytes", endsConnection: true)
            : await AuthenticateAsync(context, body.Bytes, handler);
    }

    private async ValueTask<ApiAnswer> AuthenticateAsync(HttpContext context, ReadOnlyMemory<byte> body, Func<ApiRequest, ValueTask<ApiAnswer>> handler)
    {
        var query = RequestQuery.Parse(context.Request.QueryString.Value);
        var (app, refusal) = await CheckSignatureAsync(context, query, body);
        if (app is null) return refusal!;
        var answer = refusal
            ?? (HttpMethods.IsGet(context.Request.Method) ? appLimits.CheckRead(app) : null)
            ?? await handler(new ApiRequest(context, app, query!, body));
        metrics.ForApp(app.Id).HttpCall(body.Length, answer.Body.Length);
        return answer;
    }

    private async ValueTask<(App? App, ApiAnswer? Refusal)> CheckSignatureAsync(HttpContext context, RequestQuery? query, ReadOnlyMemory<byte> body)
    {
        using var span = ServerTracing.Start("signature");
        var (app, refusal) = await signature.CheckAsync(context, query, body);
        if (app is not null) span?.SetTag(TraceTags.AppId, app.Id);
        if (refusal is not null) span?.Refused(refusal.Status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return (app, refusal);
    }
}
