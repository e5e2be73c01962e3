using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sockudo.AppHost.Brokers;

/// <summary>
/// Asks a Redis process on loopback one question. Aspire's own check knows single servers only, and "the port is open" is true long
/// before a cluster has its slots or a sentinel its quorum.
/// </summary>
/// <param name="Port">Where to ask.</param>
/// <param name="Command">The question, an inline command.</param>
/// <param name="Expected">What the answer contains when all is well.</param>
/// <param name="Authenticate">Whether the password is sent first; a sentinel without one would refuse it.</param>
internal sealed record RedisReply(int Port, string Command, string Expected, bool Authenticate)
{
    private const int MostBytes = 16 * 1024;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    /// <summary>Asks; false when the answer is another one, none within two seconds, or nobody listens.</summary>
    public async Task<bool> AskAsync(string password, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Deadline);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port), deadline.Token).ConfigureAwait(false);
            var request = $"{(Authenticate ? $"AUTH {password}\r\n" : "")}{Command}\r\n";
            await socket.SendAsync(Encoding.UTF8.GetBytes(request), deadline.Token).ConfigureAwait(false);
            return await FindAsync(socket, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return false;
        }
    }

    private async Task<bool> FindAsync(Socket socket, CancellationToken cancellation)
    {
        var expected = Encoding.UTF8.GetBytes(Expected);
        var reply = new byte[MostBytes];
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
