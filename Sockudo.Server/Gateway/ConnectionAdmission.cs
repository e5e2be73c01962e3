using System.Globalization;
using Microsoft.Extensions.Options;
using Sockudo.Server.Apps;
using Sockudo.Server.Metrics;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Gateway;

/// <summary>
/// Who may connect: the app's key, its state, the protocol version, the origin. Every refusal reaches the client as
/// <c>pusher:error</c> and a close with the same code. Thread-safe.
/// </summary>
internal sealed class ConnectionAdmission(IAppManager apps, ServerMetrics metrics, IOptions<GatewayOptions> options)
{
    private const int LowestProtocol = 5;
    private const int HighestProtocol = 7;

    /// <summary>The route's prefix in front of the key.</summary>
    public string RoutePrefix { get; } = options.Value.PathPrefix + "/app/";

    /// <summary>Decides on a handshake by its path, query and origin. The app is null when it is refused.</summary>
    public async ValueTask<(App? App, PusherError? Refusal)> DecideAsync(string path, string query, string? origin, CancellationToken cancellationToken)
    {
        if (!path.StartsWith(RoutePrefix, StringComparison.OrdinalIgnoreCase))
            return Refuse(MetricLabels.UnknownApp, MetricLabels.ErrorType.AppNotFound, ErrorCode.PathNotFound, $"sockets are served under {RoutePrefix}");
        var key = Uri.UnescapeDataString(path.AsSpan(RoutePrefix.Length).TrimEnd('/'));
        if (await apps.FindByKeyAsync(key, cancellationToken).ConfigureAwait(false) is not { } app)
            return Refuse(MetricLabels.UnknownApp, MetricLabels.ErrorType.AppNotFound, ErrorCode.AppNotFound, "there is no app with this key");
        if (!app.Enabled) return Refuse(app.Id, MetricLabels.ErrorType.AppDisabled, ErrorCode.AppDisabled, "the app is disabled");
        if (ProtocolDefect(query) is { } defect)
        {
            metrics.ForApp(app.Id).ConnectionError(MetricLabels.ErrorType.AppValidationFailed);
            return (null, defect);
        }

        return OriginDefect(app, origin) is { } refusal ? Refuse(app.Id, MetricLabels.ErrorType.OriginNotAllowed, ErrorCode.Unauthorized, refusal) : (app, null);
    }

    private static string? OriginDefect(App app, string? origin)
    {
        if (app.AllowedOrigins is not { IsAny: false } origins) return null;
        if (!string.IsNullOrEmpty(origin)) return origins.Allows(origin) ? null : "the origin is not allowed for this app";
        return app.AllowMissingOrigin ? null : "the Origin header is missing: this app has a list of allowed_origins; allow_missing_origin lets clients without one in";
    }

    private static PusherError? ProtocolDefect(string query)
    {
        foreach (var parameter in query.AsSpan().Split('&'))
        {
            var pair = query.AsSpan()[parameter];
            if (!pair.StartsWith("protocol=", StringComparison.Ordinal)) continue;
            if (!TryReadVersion(pair["protocol=".Length..], out var version))
                return new PusherError(ErrorCode.InvalidVersion, "the protocol version is not a number");
            return version is < LowestProtocol or > HighestProtocol
                ? new PusherError(ErrorCode.UnsupportedProtocol, $"protocol {version} is not supported: use {LowestProtocol} to {HighestProtocol}")
                : null;
        }

        return null;
    }

    // A number too large to hold is still a number: one that is not spoken.
    private static bool TryReadVersion(ReadOnlySpan<char> text, out int version)
    {
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out version)) return true;
        version = int.MaxValue;
        return !text.IsEmpty && text.IndexOfAnyExceptInRange('0', '9') < 0;
    }

    private (App?, PusherError?) Refuse(string appId, string errorType, ErrorCode code, string message)
    {
        metrics.ForApp(appId).ConnectionError(errorType);
        return (null, new PusherError(code, message));
    }
}
