using System.Buffers.Text;
using System.Text;
using Sockudo.LoadTest.Native;

namespace Sockudo.LoadTest.Publishing;

/// <summary>One keep-alive connection to the HTTP API, one request at a time. A connection the server ends is opened again.</summary>
internal sealed class HttpPublisher
{
    private readonly Func<HttpPublisher, TcpSocket?> _open;
    private readonly LoadCounters _counters;
    private readonly bool _measuresRequests;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private TcpSocket? _socket;
    private byte[] _request = [];
    private int _length;
    private bool _used;

    public HttpPublisher(Func<HttpPublisher, TcpSocket?> open, LoadCounters counters, bool measuresRequests)
    {
        _open = open;
        _counters = counters;
        _measuresRequests = measuresRequests;
        Open();
    }

    /// <summary>Whether a request is on its way.</summary>
    public bool IsBusy { get; private set; }

    private long StartedAt { get; set; }

    /// <summary>Sends a request. Only when not <see cref="IsBusy"/>.</summary>
    public void Send(byte[] request, long startedAt)
    {
        _request = request;
        StartedAt = startedAt;
        IsBusy = true;
        _socket?.Send(request);
    }

    /// <summary>The socket has news.</summary>
    public void OnEvent(bool writable, bool readable)
    {
        if (_socket is null) return;
        if (writable && !_socket.Flush()) Reopen();
        else if (readable) Receive();
    }

    private void Open()
    {
        IsBusy = _used = false;
        _length = 0;
        _socket = _open(this) ?? throw new InvalidOperationException("cannot open a publisher connection");
    }

    private void Receive()
    {
        while (true)
        {
            var length = _length < _buffer.Length ? _socket!.Receive(_buffer.AsSpan(_length)) : -1;
            if (length == 0) return;
            if (length < 0)
            {
                Reopen();
                return;
            }

            _length += length;
            if (!IsComplete(_buffer.AsSpan(0, _length), out var closing)) continue;
            Complete();
            if (!closing) continue;
            _counters.HttpReopened++;
            _socket!.Close();
            Open();
            return;
        }
    }

    private void Complete()
    {
        if (_length > 9 && _buffer[9] == '2') _counters.HttpOk++;
        else
        {
            if (_counters.HttpBad++ == 0) Console.Error.WriteLine($"publish failed: {Encoding.UTF8.GetString(_buffer, 0, Math.Min(_length, 300))}");
        }

        if (_measuresRequests)
        {
            _counters.LastDelivery = LoadCounters.Now;
            _counters.Latency.Add(_counters.LastDelivery - StartedAt);
        }

        _length = 0;
        IsBusy = false;
        _used = true;
    }

    private void Reopen()
    {
        // An idle keep-alive connection may be closed under a request that the server never read: that one is sent again.
        var again = IsBusy && _used && _length == 0;
        if (IsBusy && !again) _counters.HttpBad++;
        _counters.HttpReopened++;
        _socket!.Close();
        Open();
        if (!again) return;
        IsBusy = true;
        _socket!.Send(_request);
    }

    private static bool IsComplete(ReadOnlySpan<byte> response, out bool closing)
    {
        closing = false;
        var end = response.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        var head = response[..end];
        closing = Header(head, "connection: close"u8) >= 0;
        var at = Header(head, "content-length:"u8);
        if (at >= 0) return Utf8Parser.TryParse(head[at..].TrimStart((byte)' '), out int length, out _) && response.Length >= end + 4 + length;
        return Header(head, "transfer-encoding: chunked"u8) < 0 || response[(end + 4)..].IndexOf("0\r\n\r\n"u8) >= 0;
    }

    /// <summary>Where a header line, given in lower case, ends in a head; -1 when it is not there.</summary>
    private static int Header(ReadOnlySpan<byte> head, ReadOnlySpan<byte> line)
    {
        for (var i = 0; (i = Next(head, i)) >= 0 && i + line.Length <= head.Length;)
        {
            if (Ascii.EqualsIgnoreCase(head.Slice(i, line.Length), line)) return i + line.Length;
        }

        return -1;
    }

    private static int Next(ReadOnlySpan<byte> head, int from)
    {
        var at = head[from..].IndexOf("\r\n"u8);
        return at < 0 ? -1 : from + at + 2;
    }
}
