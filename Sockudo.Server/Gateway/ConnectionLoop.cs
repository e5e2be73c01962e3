using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Sockudo.Server.Connections;
using Sockudo.Server.Messaging;
using Sockudo.Server.Metrics;
using Sockudo.Server.Protocol;
using Sockudo.Server.Transport;

namespace Sockudo.Server.Gateway;

/// <summary>
/// The life of one WebSocket behind either door: read frames, dispatch messages, answer control frames, close. Reading consumes
/// everything, so an idle connection holds no buffer. Returns only after the closing frame was handed to the transport, or
/// could not be.
/// </summary>
internal sealed partial class ConnectionLoop(
    ConnectionLifecycle lifecycle,
    MessageDispatcher dispatcher,
    ClosingHandshake closing,
    GatewayState state,
    IOptions<WebSocketOptions> options,
    TimeProvider time,
    ILogger<ConnectionLoop> logger)
{
    /// <summary>Serves a connection from its greeting to its end.</summary>
    public async Task RunAsync(Connection connection, PipeReader input)
    {
        // By way of the pool: a pipe with an inline scheduler would run this loop, and its disconnect, inside a channel's turn.
        connection.WakeLoop = () => ThreadPool.UnsafeQueueUserWorkItem(static reader => reader.CancelPendingRead(), input, preferLocal: false);
        using var reader = new FrameReader(options.Value.EffectiveMaxPayload, options.Value.MaxFrameSize);
        var end = LoopEnd.None;
        if (TryOpen(connection))
        {
            // The drain may have looked before this socket could be found, and not look again.
            if (state.IsDraining) connection.Close(GatewayDrain.Reason);
            try
            {
                end = await ReadAsync(connection, reader, input).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
            {
                LogLost(connection.Id, e.Message);
                end = LoopEnd.PeerGone;
            }
            finally
            {
                // Others learn at once; what follows only waits for the peer.
                Close(connection);
            }
        }

        switch (end)
        {
            case LoopEnd.PeerGone:
                await closing.AbandonAsync(connection.Output).ConfigureAwait(false);
                break;
            case LoopEnd.PeerClosed:
                await closing.AnswerAsync(connection.Output, input).ConfigureAwait(false);
                break;
            case LoopEnd.BrokenFraming:
                await closing.DiscardAsync(connection.Output, input).ConfigureAwait(false);
                break;
            default:
                await closing.FinishAsync(connection.Output, input, reader).ConfigureAwait(false);
                break;
        }
    }

    private bool TryOpen(Connection connection)
    {
        try
        {
            return lifecycle.TryOpen(connection);
        }
        catch (Exception e)
        {
            LogNotOpened(e, connection.Id);
            connection.Metrics.ConnectionError(MetricLabels.ErrorType.SocketHandlingFailed);
            connection.Close(new PusherError(ErrorCode.OverCapacity, "internal error; the socket was not opened"));
            return false;
        }
    }

    private void Close(Connection connection)
    {
        try
        {
            lifecycle.Close(connection);
        }
        catch (Exception e)
        {
            LogNotClosed(e, connection.Id);
        }
    }

    private async ValueTask<LoopEnd> ReadAsync(Connection connection, FrameReader reader, PipeReader input)
    {
        var turn = new ReadingTurn(time.TimestampFrequency);
        while (!connection.IsClosing)
        {
            var result = await input.ReadAsync().ConfigureAwait(false);
            var begin = time.GetTimestamp();
            if (!result.Buffer.IsEmpty) connection.Activity.Received(begin);
            var end = Process(connection, reader, result.Buffer);
            input.AdvanceTo(result.Buffer.End);
            if (end != LoopEnd.None) return end;
            if (result.IsCompleted) return LoopEnd.PeerGone;
            if (turn.IsOver(begin, time.GetTimestamp())) await Task.Yield();
        }

        return LoopEnd.None;
    }

    /// <summary>Handles every whole frame of a read and says whether they end the connection.</summary>
    private LoopEnd Process(Connection connection, FrameReader reader, ReadOnlySequence<byte> buffer)
    {
        while (true)
        {
            switch (reader.Read(ref buffer, out var payload))
            {
                case FrameEvent.NeedMore:
                    return LoopEnd.None;
                case FrameEvent.Message:
                    connection.Metrics.MessageReceived(payload.Length);
                    if (!connection.IsClosing) Dispatch(connection, payload, reader.MessageIsText);
                    break;
                case FrameEvent.Ping:
                    if (!connection.IsClosing) connection.Send(ServerFrame.Create(Opcode.Pong, payload));
                    break;
                case FrameEvent.Pong:
                    break;
                case FrameEvent.Close:
                    CloseStatus.TryRead(payload, out var code);
                    connection.CloseTransport(code, "");
                    return LoopEnd.PeerClosed;
                default:
                    connection.Metrics.ConnectionError(MetricLabels.ErrorType.InvalidMessageFormat);
                    connection.CloseTransport(reader.ErrorCode, reader.ErrorReason);
                    return LoopEnd.BrokenFraming;
            }
        }
    }

    private void Dispatch(Connection connection, ReadOnlySpan<byte> message, bool isText)
    {
        try
        {
            dispatcher.Dispatch(connection, message, isText);
        }
        catch (Exception e)
        {
            // A defect of ours must cost one request, not the connection and not the process.
            LogDefect(e, connection.Id);
            connection.Metrics.ConnectionError(MetricLabels.ErrorType.SocketHandlingFailed);
            connection.Send(PusherWriter.Error(new PusherError(ErrorCode.Generic, "internal error; the message was not handled")));
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Socket {SocketId} was lost: {Reason}")]
    private partial void LogLost(SocketId socketId, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A message of socket {SocketId} could not be handled because of a defect in the server; the socket goes on")]
    private partial void LogDefect(Exception exception, SocketId socketId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Socket {SocketId} could not be opened because of a defect in the server; it is closed")]
    private partial void LogNotOpened(Exception exception, SocketId socketId);

    [LoggerMessage(Level = LogLevel.Error, Message = "The end of socket {SocketId} could not be told to everybody because of a defect in the server")]
    private partial void LogNotClosed(Exception exception, SocketId socketId);

    private enum LoopEnd
    {
        /// <summary>The server is closing, or not yet at the end.</summary>
        None,
        PeerClosed,
        PeerGone,
        BrokenFraming,
    }
}
