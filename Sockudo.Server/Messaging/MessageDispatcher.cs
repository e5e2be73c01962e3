using Sockudo.Server.Connections;
using Sockudo.Server.Metrics;
using Sockudo.Server.Protocol;
using Sockudo.Server.RateLimiting;

namespace Sockudo.Server.Messaging;

/// <summary>
/// What a client's message means: one handler a request. Runs on the connection's loop, never waits; every refusal is told to
/// the client. Thread-safe across connections.
/// </summary>
internal sealed partial class MessageDispatcher(
    SubscribeHandler subscribe,
    ClientEventHandler clientEvent,
    SigninHandler signin,
    TimeProvider time,
    ILogger<MessageDispatcher> logger)
{
    private static readonly PusherError Reserved = new(
        ErrorCode.Generic, "Events named pusher: or pusher_internal: cannot be sent by clients");

    private static readonly PusherError TooManyRefusals = new(
        ErrorCode.Generic, $"more than {RefusalBudget.PerSecond} refused or repeated messages a second");

    /// <summary>Handles one message. A text message is UTF-8 by the transport's check, a binary one is checked here.</summary>
    public void Dispatch(Connection connection, ReadOnlySpan<byte> message, bool isText)
    {
        if (!TryHandle(connection, message, isText)) TakeFromBudget(connection);
    }

    private bool TryHandle(Connection connection, ReadOnlySpan<byte> message, bool isText)
    {
        if (!PusherReader.TryRead(message, isText, out var incoming, out var error))
        {
            connection.Metrics.ConnectionError(MetricLabels.ErrorType.InvalidMessageFormat);
            connection.Send(error.Frame);
            return false;
        }

        switch (incoming.Kind)
        {
            case IncomingKind.Ping:
                connection.Send(PusherWriter.Pong);
                return true;
            case IncomingKind.Pong:
                return true;
            case IncomingKind.Subscribe:
                return subscribe.Subscribe(connection, incoming);
            case IncomingKind.Unsubscribe:
                return subscribe.Unsubscribe(connection, incoming);
            case IncomingKind.ClientEvent:
                return clientEvent.Handle(connection, incoming);
            case IncomingKind.Signin:
                return signin.Handle(connection, incoming);
            default:
                LogIgnored(connection.Id, new LoggedText(incoming.Event));
                if (incoming.Kind != IncomingKind.Other || !EventNames.IsReserved(incoming.Event)) return true;
                connection.Send(Reserved.Frame);
                return false;
        }
    }

    private void TakeFromBudget(Connection connection)
    {
        if (connection.Refusals.TryTake(time.GetTimestamp(), time.TimestampFrequency) || connection.IsClosing) return;
        connection.Metrics.RefusalFloodClosed();
        connection.Close(TooManyRefusals);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Socket {SocketId} sent the event {Event}, which is not one of the protocol's or is not offered: ignored")]
    private partial void LogIgnored(SocketId socketId, LoggedText @event);
}
