using System.Globalization;
using Microsoft.Extensions.Options;
using Sockudo.Server.Apps;

namespace Sockudo.Server.Http;

/// <summary>
/// With <c>http_api.replay_protection</c> on, each signature of a request other than GET is taken once, whatever its answer was: who
/// overheard a request cannot send it again while its timestamp is good. A signature is remembered exactly as long as that, so
/// that nothing is accepted twice and nothing is kept for ever. Thread-safe.
/// </summary>
internal sealed class ReplayProtection(IReplayStore store, IOptions<HttpApiOptions> options, TimeProvider time)
{
    // A signature is good up to and including the last second of its tolerance.
    private const int LastSecond = 1;

    /// <summary>Remembers the signature of a request that was checked; the refusal when it was used before.</summary>
    public async ValueTask<ApiAnswer?> CheckAsync(HttpContext context, App app, RequestQuery query)
    {
        if (!options.Value.ReplayProtection || HttpMethods.IsGet(context.Request.Method)) return null;
        var timestamp = long.Parse(query["auth_timestamp"]!, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var end = DateTimeOffset.FromUnixTimeSeconds(timestamp + ApiSignature.ToleranceSeconds + LastSecond);
        return await store.TryAddAsync(query["auth_signature"]!, end - time.GetUtcNow(), context.RequestAborted) switch
        {
            ReplayVerdict.First => null,
            ReplayVerdict.Replayed => ApiErrors.SignatureReplayed.With(
                "this signature was used before: sign each request anew; two equal ones in one second need a parameter that tells them apart"),
            _ => ApiErrors.ReplayStoreFull.With("Service Unavailable", $"too many signed requests of app '{app.Id}' and others are remembered", 1),
        };
    }
}
