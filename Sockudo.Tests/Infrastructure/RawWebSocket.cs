using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Sockudo.Tests.Infrastructure;

/// <summary>
/// RFC 6455 spoken by hand over TCP: it can send what no well-behaved client sends, and shows each frame as it came. One
/// reader and one writer at a time.
/// </summary>
public sealed class RawWebSocket : IAsyncDisposable
{
    /// <summary>The key of RFC 6455 §1.3's example; its accept value is known.</summary>
    public const string SampleKey = "dGhlIHNhbXBsZSBub25jZQ==";

    /// <summary>What <c>Sec-WebSocket-Accept</c> must be for <see cref="SampleKey"/>.</summary>
    public const string SampleAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private readonly TcpClient _tcp;
    private readonly NetworkStream _output;

    // For reading only: written to beside a pending read it would wait for that read.
    private readonly BufferedStream _input;

    private RawWebSocket(TcpClient tcp)
    {
        _tcp = tcp;
        _output = tcp.GetStream();
        _input = new BufferedStream(_output, 16 * 1024);
    }

    /// <summary>Status line and headers of the answer to the handshake.</summary>
    public HandshakeResponse Response { get; private set; } = null!;

    /// <summary>Whether the connection ended by a TCP reset, which may take with it what the peer had sent before, and not by a FIN.</summary>
    public bool WasReset { get; private set; }

    /// <summary>The socket below, for tests about buffers, resets and half-closed connections.</summary>
    public Socket Socket => _tcp.Client;

    /// <summary>A TCP connection on which nothing was sent yet.</summary>
    public static async Task<RawWebSocket> ConnectTcpAsync(Uri server, Action<Socket>? configure = null)
    {
        var tcp = new TcpClient { NoDelay = true };
        configure?.Invoke(tcp.Client);
        using var deadline = Deadline.Source();
        await tcp.ConnectAsync(server.Host, server.Port, deadline.Token);
        return new RawWebSocket(tcp);
    }

    /// <summary>Connects and upgrades; the answer, whatever it was, is in <see cref="Response"/>.</summary>
    /// <param name="target">Path and query of the request line.</param>
    /// <param name="headers">Beside those every upgrade has; a null value leaves a default header out.</param>
    /// <param name="behindHandshake">Bytes sent in the same packet as the request.</param>
    public static async Task<RawWebSocket> OpenAsync(
        Uri server,
        string target,
        IReadOnlyDictionary<string, string?>? headers = null,
        byte[]? behindHandshake = null,
        Action<Socket>? configure = null)
    {
        var socket = await ConnectTcpAsync(server, configure);
        try
        {
            var request = Encoding.ASCII.GetBytes(UpgradeRequest(server, target, headers));
            await socket.SendBytesAsync([.. request, .. behindHandshake ?? []]);
            await socket.ReadResponseAsync();
            return socket;
        }
        catch
        {
            await socket.DisposeAsync();
            throw;
        }
    }

    /// <summary>The text of an upgrade request.</summary>
    public static string UpgradeRequest(Uri server, string target, IReadOnlyDictionary<string, string?>? headers = null)
    {
        var all = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Host"] = server.Authority,
            ["Upgrade"] = "websocket",
            ["Connection"] = "Upgrade",
            ["Sec-WebSocket-Key"] = SampleKey,
            ["Sec-WebSocket-Version"] = "13",
        };
        foreach (var (name, value) in headers ?? new Dictionary<string, string?>())
            all[name] = value;

        var request = new StringBuilder($"GET {target} HTTP/1.1\r\n");
        foreach (var (name, value) in all)
            if (value is not null)
                request.Append(name).Append(": ").Append(value).Append("\r\n");
        return request.Append("\r\n").ToString();
    }

    /// <summary>Reads the head of an HTTP answer into <see cref="Response"/>.</summary>
    public async Task<HandshakeResponse> ReadResponseAsync()
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            head.Append((char)(await ReadExactlyAsync(1, "the answer to the request"))[0]);
        return Response = HandshakeResponse.Parse(head.ToString());
    }

    /// <summary>Exactly <paramref name="count"/> bytes, of an HTTP body for example.</summary>
    public Task<byte[]> ReadBytesAsync(int count) => ReadExactlyAsync(count, $"{count} bytes");

    public Task SendBytesAsync(byte[] bytes) => _output.WriteAsync(bytes).AsTask().WithinAsync("the write");

    /// <summary>A masked, final frame, as a client must send them.</summary>
    public Task SendAsync(FrameOpcode opcode, byte[] payload) => SendAsync(new WebSocketFrame(opcode, payload, Masked: true));

    public Task SendAsync(WebSocketFrame frame) => SendBytesAsync(frame.ToBytes());

    public Task SendTextAsync(string text) => SendAsync(FrameOpcode.Text, Encoding.UTF8.GetBytes(text));

    public Task SendCloseAsync(int code, string reason = "")
    {
        var payload = new byte[2 + Encoding.UTF8.GetByteCount(reason)];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        Encoding.UTF8.GetBytes(reason, payload.AsSpan(2));
        return SendAsync(FrameOpcode.Close, payload);
    }

    /// <summary>The next frame; null when the server has closed the TCP connection.</summary>
    public async Task<WebSocketFrame?> ReadFrameAsync(TimeSpan? limit = null)
    {
        var header = new byte[2];
        if (!await TryFillAsync(header, "the next frame", limit))
            return null;

        var masked = (header[1] & 0x80) != 0;
        var length = header[1] & 0x7F;
        if (length == 126)
            length = BinaryPrimitives.ReadUInt16BigEndian(await ReadExactlyAsync(2, "the frame's length"));
        else if (length == 127)
            length = checked((int)BinaryPrimitives.ReadUInt64BigEndian(await ReadExactlyAsync(8, "the frame's length")));

        var key = masked ? await ReadExactlyAsync(4, "the frame's mask") : [];
        var payload = await ReadExactlyAsync(length, "the frame's payload");
        for (var i = 0; masked && i < length; i++)
            payload[i] ^= key[i % 4];

        return new WebSocketFrame((FrameOpcode)(header[0] & 0x0F), payload, (header[0] & 0x80) != 0, masked, (header[0] >> 4) & 7);
    }

    /// <summary>Ends the connection with a TCP reset, as a crashed client does.</summary>
    public void Reset()
    {
        _tcp.LingerState = new LingerOption(true, 0);
        _tcp.Close();
    }

    public ValueTask DisposeAsync()
    {
        // Not the buffered stream: flushing to a peer that is gone would throw.
        _tcp.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<byte[]> ReadExactlyAsync(int count, string what)
    {
        var bytes = new byte[count];
        if (!await TryFillAsync(bytes, what, null))
            throw new EndOfStreamException($"The server closed the connection before {what}.");
        return bytes;
    }

    /// <summary>False when the connection ended before the first byte, also by a reset.</summary>
    private async Task<bool> TryFillAsync(byte[] bytes, string what, TimeSpan? limit)
    {
        var bound = limit ?? Deadline.Default;
        using var deadline = Deadline.Source(bound);
        try
        {
            var read = await _input.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, deadline.Token);
            return read == bytes.Length || (read == 0 ? false : throw new EndOfStreamException($"The server closed the connection within {what}."));
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{what} did not come within {bound.TotalSeconds:0.#} s.");
        }
        catch (IOException error) when (error.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            WasReset = true;
            return false;
        }
        catch (NotSupportedException)
        {
            // What a buffered stream says of a socket that was disposed between two reads.
            return false;
        }
    }
}
