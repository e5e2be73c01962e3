using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Options;
using Sockudo.Server.Apps;
using Sockudo.Server.Metrics;

namespace Sockudo.Server.Http;

/// <summary>
/// With <c>http_api.replay_protection</c> on, each signature of a request other than GET is taken once, whatever its answer was: who
/// overheard a request cannot send it again while its timestamp is good. A signature is remembered a minute longer than that, so that nodes
/// whose clocks differ accept nothing twice, and nothing is kept for ever. Thread-safe.
/// </summary>
internal sealed class ReplayProtection
{
    /// <summary>How long a signature is remembered after its timestamp. Unit: seconds.</summary>
    public const int KeptSeconds = ApiSignature.ToleranceSeconds + 60;

    private readonly IReplayStore _store;
    private readonly bool _isOn;
    private readonly Counter<long> _full;

    public ReplayProtection(IReplayStore store, IOptions<HttpApiOptions> options, ServerMetrics metrics)
    {
        _store = store;
        _isOn = options.Value.ReplayProtection;
        _full = metrics.Meter.CreateCounter<long>(
            ServerMetrics.InstrumentPrefix + "replay_store_full_total", "{request}", "Requests refused because their app had no room left to remember signatures.");
    }

    /// <summary>Remembers the signature of a request that was checked; the refusal when it was used before.</summary>
    /// <param name="context">The request.</param>
    /// <param name="app">Who signed it.</param>
    /// <param name="query">Its query.</param>
    /// <param name="now">The reading of the clock by which its age was judged.</param>
    public async ValueTask<ApiAnswer?> CheckAsync(HttpContext context, App app, RequestQuery query, DateTimeOffset now)
    {
        if (!_isOn || HttpMethods.IsGet(context.Request.Method)) return null;
        var timestamp = long.Parse(query["auth_timestamp"]!, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        switch (await _store.TryAddAsync(app, query["auth_signature"]!, DateTimeOffset.FromUnixTimeSeconds(timestamp + KeptSeconds), now))
        {
            case ReplayVerdict.First:
                return null;
            case ReplayVerdict.Replayed:
                return ApiErrors.SignatureReplayed.With(
                    "this signature was used before: sign each request anew; two equal ones in one second need a parameter that tells them apart");
            case ReplayVerdict.Expired:
                return ApiErrors.TimestampExpired.With(
                    $"auth_timestamp is more than {ApiSignature.ToleranceSeconds} s old by the clock of those who remember signatures: sign the request anew");
            default:
                _full.Add(1, new KeyValuePair<string, object?>("app_id", app.Id));
                return ApiErrors.ReplayStoreFull.With(
                    "Service Unavailable",
                    $"app '{app.Id}' has no room left to remember signatures: send less, or raise http_api.replay_max_bytes",
                    1);
        }
    }
}
