using System.Diagnostics;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Tracing;

/// <summary>
/// The one <see cref="ActivitySource"/> of a server. While nobody listens (no <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>) every start answers
/// null after one look at a field, and nothing is allocated. Thread-safe.
/// </summary>
internal static class ServerTracing
{
    /// <summary>The source's name, for OpenTelemetry.</summary>
    public const string SourceName = "Sockudo";

    private static readonly ActivitySource Source = new(SourceName, typeof(ServerTracing).Assembly.GetName().Version?.ToString(3));

    /// <summary>Whether anybody listens. Ask before doing work that only a span needs.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <summary>Starts a span below the current one; null when nobody listens or the trace is not sampled.</summary>
    /// <param name="name">Of a small fixed set.</param>
    /// <param name="kind">Its part in the conversation.</param>
    public static Activity? Start(string name, ActivityKind kind = ActivityKind.Internal) =>
        Source.HasListeners() ? Source.StartActivity(name, kind) : null;

    /// <summary>A span below the current one that is over already. Ask <see cref="IsOn"/> before.</summary>
    public static Activity? Ended(string name, DateTimeOffset from, DateTimeOffset to, ActivityKind kind = ActivityKind.Internal, ActivityContext parent = default) =>
        Source.StartActivity(kind, parent, startTime: from, name: name)?.SetEndTime(to.UtcDateTime);

    /// <summary>Says whose socket the span is about.</summary>
    public static void OfSocket(this Activity span, string appId, SocketId id)
    {
        span.SetTag(TraceTags.AppId, appId);
        span.SetTag(TraceTags.SocketId, id.ToString());
    }

    /// <summary>
    /// Says that what was asked for was refused, with the code the client was told. The span's status stays unset: a refusal is an answer,
    /// not a failure of the server.
    /// </summary>
    public static void Refused(this Activity span, string code) => span.SetTag(TraceTags.ErrorType, code);

    /// <inheritdoc cref="Refused(Activity, string)"/>
    public static void Refused(this Activity span, ErrorCode code) =>
        span.Refused(((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Says which channel the span is about, and puts the channel's kind, never its name, into the span's own name.</summary>
    public static void OfChannel(this Activity span, string channel, string kind)
    {
        span.DisplayName = $"{span.OperationName} {kind}";
        span.SetTag(TraceTags.Destination, channel);
    }
}
