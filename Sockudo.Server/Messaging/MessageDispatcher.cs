using Sockudo.Server.Connections;
using Sockudo.Server.Metrics;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Messaging;

/// <summary>
/// What a client's message means: one handler a request. Runs on the connection's loop, never waits; every refusal is told to
/// the client. Thread-safe across connections.
/// </summary>
internal sealed partial class MessageDispatcher(
    SubscribeHandler subscribe,
    ClientEventHandler clientEvent,
    SigninHandler signin,
    ILogger<MessageDispatcher> logger)
{
    /// <summary>Handles one message. A text message is UTF-8 by the transport's check, a binary one is checked here.</summary>
    public void Dispatch(Connection connection, ReadOnlySpan<byte> message, bool isText)
    {
        if (!PusherReader.TryRead(message, isText, out var incoming, out var error))
        {
            connection.Metrics.ConnectionError(MetricLabels.ErrorType.InvalidMessageFormat);
            connection.Send(PusherWriter.Error(error));
            return;
        }

        switch (incoming.Kind)
        {
            case IncomingKind.Ping:
                connection.Send(PusherWriter.Pong);
                break;
            case IncomingKind.Pong:
                break;
            case IncomingKind.Subscribe:
                subscribe.Subscribe(connection, incoming);
                break;
            case IncomingKind.Unsubscribe:
                subscribe.Unsubscribe(connection, incoming);
                break;
            case IncomingKind.ClientEvent:
                clientEvent.Handle(connection, incoming);
                break;
            case IncomingKind.Signin:
                signin.Handle(connection, incoming);
                break;
            case IncomingKind.EnableDeltaCompression or IncomingKind.DeltaSyncError:
                LogIgnored(connection.Id, incoming.Event);
                break;
            default:
                if (EventNames.IsReserved(incoming.Event))
                    connection.Send(PusherWriter.Error(new PusherError(ErrorCode.Generic, "Events named pusher: or pusher_internal: cannot be sent by clients")));
                LogIgnored(connection.Id, incoming.Event);
                break;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Socket {SocketId} sent the event {Event}, which is not one of the protocol's or is not offered: ignored")]
    private partial void LogIgnored(SocketId socketId, string @event);
}
