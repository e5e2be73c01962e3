using System.Net.Sockets;

namespace Sockudo.Server.Transport;

/// <summary>
/// Writes straight into Kestrel's own socket, without waking anybody: a plain-text TCP or Unix connection. The socket is set
/// non-blocking, so that a full send buffer says so instead of holding the output loop.
/// </summary>
internal sealed class SocketSink : IFrameSink
{
    private readonly Socket _socket;
    private readonly Action _abort;

    public SocketSink(Socket socket, Action abort)
    {
        _socket = socket;
        _abort = abort;
        _socket.Blocking = false;
    }

    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var sent = _socket.Send(bytes, SocketFlags.None, out var error);
            return error switch
            {
                SocketError.Success => sent,
                SocketError.WouldBlock or SocketError.IOPending or SocketError.NoBufferSpaceAvailable => 0,
                _ => -1,
            };
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException or InvalidOperationException)
        {
            // Kestrel closed the socket between the connection's end and this turn.
            return -1;
        }
    }

    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                var sent = await _socket.SendAsync(bytes, SocketFlags.None).ConfigureAwait(false);
                if (sent <= 0) return false;
                bytes = bytes[sent..];
            }

            return true;
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException or InvalidOperationException)
        {
            return false;
        }
    }

    public bool TryEndOutput()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
            return true;
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException or InvalidOperationException)
        {
            return false;
        }
    }

    public void Abort() => _abort();
}
