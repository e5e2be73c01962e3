using Microsoft.Extensions.Options;
using Sockudo.Server.Apps;
using Sockudo.Server.Metrics;
using Sockudo.Server.Tracing;

namespace Sockudo.Server.Http;

/// <summary>
/// What comes before every handler of <c>/apps/…</c>, cheapest first: the limit of the address, the size that is announced, the signature,
/// then the body, whether the request is new, the app's own limit. How old a request is is judged when all of it has arrived, by one
/// reading of the clock: whoever holds a body back gains nothing. Thread-safe.
/// </summary>
internal sealed class SignedRoutes(
    ApiRateLimit addressLimit, ApiSignature signature, ReplayProtection replays, AppRateLimits appLimits, ServerMetrics metrics, TimeProvider time,
    IOptions<HttpApiOptions> options)
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
        var isPost = HttpMethods.IsPost(context.Request.Method);
        if (isPost && context.Request.ContentLength > options.Value.RequestLimitBytes) return TooLarge();
        var query = RequestQuery.Parse(context.Request.QueryString.Value);
        var (app, refusal) = await CheckSignatureAsync(context, query);
        if (app is null) return refusal!;
        if (refusal is not null || !isPost) return Counted(app, 0, refusal ?? await HandleAsync(context, app, query!, ReadOnlyMemory<byte>.Empty, handler));

        using var body = await RequestBody.ReadAsync(context.Request, options.Value.RequestLimitBytes, context.RequestAborted);
        if (body is null) return TooLarge();
        return Counted(app, body.Bytes.Length, signature.CheckBody(query!, body.Bytes.Span) ?? await HandleAsync(context, app, query!, body.Bytes, handler));
    }

    private async ValueTask<ApiAnswer> HandleAsync(
        HttpContext context, App app, RequestQuery query, ReadOnlyMemory<byte> body, Func<ApiRequest, ValueTask<ApiAnswer>> handler)
    {
        var now = time.GetUtcNow();
        return ApiSignature.CheckTimestamp(query, now)
            ?? await replays.CheckAsync(context, app, query, now)
            ?? (HttpMethods.IsGet(context.Request.Method) ? await appLimits.CheckReadAsync(app, context.RequestAborted) : null)
            ?? await handler(new ApiRequest(context, app, query, body));
    }

    private ApiAnswer Counted(App app, int bodyBytes, ApiAnswer answer)
    {
        metrics.ForApp(app.Id).HttpCall(bodyBytes, answer.Body.Length);
        return answer;
    }

    private ApiAnswer TooLarge() => ApiErrors.BodyTooLarge.With($"the body is larger than {options.Value.RequestLimitBytes} bytes", endsConnection: true);

    private async ValueTask<(App? App, ApiAnswer? Refusal)> CheckSignatureAsync(HttpContext context, RequestQuery? query)
    {
        using var span = ServerTracing.Start("signature");
        var (app, refusal) = await signature.CheckAsync(context, query);
        if (app is not null) span?.SetTag(TraceTags.AppId, app.Id);
        if (refusal is not null) span?.Refused(refusal.Status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return (app, refusal);
    }
}
