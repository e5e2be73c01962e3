namespace Sockudo.Server.Tracing;

/// <summary>
/// Names of spans' attributes: those of OpenTelemetry's messaging and database conventions where one fits, else our own. docs/observability.md lists
/// them. Payloads, secrets and users' ids of sign-ins are never attributes.
/// </summary>
internal static class TraceTags
{
    /// <summary><c>sockudo</c>.</summary>
    public const string System = "messaging.system";

    /// <summary>What is done: <c>publish</c>, <c>client_event</c>, <c>bus</c>, <c>deliver</c>.</summary>
    public const string OperationName = "messaging.operation.name";

    /// <summary><c>send</c> or <c>process</c>.</summary>
    public const string OperationType = "messaging.operation.type";

    /// <summary>The channel.</summary>
    public const string Destination = "messaging.destination.name";

    /// <summary>The message as each subscriber gets it. Unit: bytes.</summary>
    public const string BodySize = "messaging.message.body.size";

    /// <summary>The code of a refusal, or what failed.</summary>
    public const string ErrorType = "error.type";

    /// <summary>The event id of a delivery to a webhook endpoint.</summary>
    public const string MessageId = "messaging.message.id";

    /// <summary>Messages of one span.</summary>
    public const string BatchSize = "messaging.batch.message_count";

    /// <summary><c>redis</c>.</summary>
    public const string DatabaseSystem = "db.system.name";

    /// <summary>The command, as Redis calls it.</summary>
    public const string DatabaseOperation = "db.operation.name";

    /// <summary>The number of the Redis database.</summary>
    public const string DatabaseNamespace = "db.namespace";

    /// <summary>Commands of one span, when they are several.</summary>
    public const string DatabaseBatchSize = "db.operation.batch.size";

    public const string ServerAddress = "server.address";

    public const string ServerPort = "server.port";

    public const string AppId = "sockudo.app.id";

    public const string SocketId = "sockudo.socket.id";

    /// <summary>Sockets of this node that got the message.</summary>
    public const string Recipients = "sockudo.recipients";

    /// <summary>From the publish's arrival at the first node until the message stood in every queue of this one. Unit: milliseconds.</summary>
    public const string Lag = "sockudo.lag_ms";

    /// <summary>What became of a subscription.</summary>
    public const string Outcome = "sockudo.outcome";

    /// <summary>Which attempt of a delivery to a webhook endpoint it is, from 1.</summary>
    public const string Attempt = "sockudo.webhook.attempt";
}
