namespace Sockudo.Server.Metrics;

/// <summary>
/// The values the labels of the server's instruments may take. Each is one of a small fixed set: a label that a client
/// can choose freely (a channel's name, an app key that does not exist) would grow the scrape without bound.
/// </summary>
internal static class MetricLabels
{
    /// <summary>app_id of what belongs to no app: the limiter of the HTTP API counts addresses, the cluster what nodes ask of each other.</summary>
    public const string GlobalApp = "global";

    /// <summary>app_id of a client that named no app of ours; what it sent instead is never a label.</summary>
    public const string UnknownApp = "unknown";

    /// <summary>error_type of connection_errors_total.</summary>
    public static class ErrorType
    {
        public const string AppNotFound = "app_not_found";
        public const string AppDisabled = "app_disabled";
        public const string AppValidationFailed = "app_validation_failed";
        public const string OriginNotAllowed = "origin_not_allowed";
        public const string InvalidMessageFormat = "invalid_message_format";
        public const string MessageParseError = "message_parse_error";
        public const string MissingEventName = "missing_event_name";
        public const string AuthenticationFailed = "authentication_failed";
        public const string AuthenticationError = "authentication_error";
        public const string SocketHandlingFailed = "socket_handling_failed";
        public const string DescriptorsUsedUp = "descriptors_used_up";
        public const string ListenerFull = "listener_full";
    }

    /// <summary>limiter_type of rate_limit_checks_total and rate_limit_triggered_total.</summary>
    public static class LimiterType
    {
        public const string Api = "api_rate_limit";
        public const string WebSocket = "websocket_rate_limit";
        public const string ClientEvents = "client_events";
    }

    /// <summary>request_context of rate_limit_checks_total and rate_limit_triggered_total.</summary>
    public static class RequestContext
    {
        public const string WebSocketUpgrade = "websocket_upgrade";
        public const string HttpApi = "http_api";
        public const string HealthCheck = "health_check";
        public const string Other = "other";
        public const string Unknown = "unknown";
    }

    /// <summary>recipient_count_bucket of broadcast_latency_ms.</summary>
    public static string RecipientCountBucket(int recipients) => recipients switch
    {
        <= 10 => "xs",
        <= 100 => "sm",
        <= 1_000 => "md",
        <= 10_000 => "lg",
        _ => "xl",
    };
}
