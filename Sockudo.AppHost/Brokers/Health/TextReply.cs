using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sockudo.AppHost.Brokers.Health;

/// <summary>Asks a process one question over TCP. "The port is open" is true long before a cluster has its slots or a sentinel its quorum.</summary>
internal static class TextReply
{
    private const int MaxBytes = 16 * 1024;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    /// <summary>Whether the expected text comes; false when something else does, nothing within two seconds, or nobody listens.</summary>
    /// <param name="host">A name or address.</param>
    /// <param name="port">Its port.</param>
    /// <param name="request">What is sent first; may be empty, for those who speak first.</param>
    /// <param name="expected">What the answer contains when all is well.</param>
    /// <param name="cancellation">Ends the asking with an exception.</param>
    public static async Task<bool> HasAsync(string host, int port, string request, string expected, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Deadline);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new DnsEndPoint(host, port), deadline.Token).ConfigureAwait(false);
            if (request.Length > 0) await socket.SendAsync(Encoding.UTF8.GetBytes(request), deadline.Token).ConfigureAwait(false);
            return await FindAsync(socket, Encoding.UTF8.GetBytes(expected), deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return false;
        }
    }

    private static async Task<bool> FindAsync(Socket socket, byte[] expected, CancellationToken cancellation)
    {
        var reply = new byte[MaxBytes];
        var length = 0;
        while (length < reply.Length)
        {
            var read = await socket.ReceiveAsync(reply.AsMemory(length), cancellation).ConfigureAwait(false);
            if (read == 0) return false;
            length += read;
            if (reply.AsSpan(0, length).IndexOf(expected) >= 0) return true;
        }

        return false;
    }
}
