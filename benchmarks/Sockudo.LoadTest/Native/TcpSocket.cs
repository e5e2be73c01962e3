using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace Sockudo.LoadTest.Native;

/// <summary>A non-blocking TCP socket with the bytes that it could not send yet. Owned by the one thread of the program.</summary>
internal sealed class TcpSocket
{
    private const int Stream = 1;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int InternetFamily = 2;
    private const int NoSignal = 0x4000;

    private readonly int _fd;
    private byte[] _unsent = [];
    private int _unsentStart;
    private int _unsentLength;

    private TcpSocket(int fd) => _fd = fd;

    /// <summary>Whether everything given to <see cref="Send"/> has left.</summary>
    public bool IsFlushed => _unsentLength == 0;

    /// <summary>
    /// Begins to connect; null when the system refuses. A <paramref name="source"/> of 0 or more binds to 127.0.0.1 plus that, so
    /// that ports do not run out.
    /// </summary>
    public static TcpSocket? Open(IPAddress host, int port, int source, Poller poller, long tag)
    {
        var fd = Libc.Socket(InternetFamily, Stream | NonBlocking | CloseOnExec, 0);
        if (fd < 0) return null;
        Libc.SetSocketOption(fd, 6, 1, 1, 4); // TCP_NODELAY
        if (source >= 0)
        {
            Libc.SetSocketOption(fd, 0, 24, 1, 4); // IP_BIND_ADDRESS_NO_PORT
            var from = AddressOf(0, BinaryPrimitives.ReverseEndianness(0x7F000001u + (uint)source));
            if (Libc.Bind(fd, from, 16) != 0) return Refused(fd);
        }

        var to = AddressOf(port, MemoryMarshal.Read<uint>(host.GetAddressBytes()));
        if (Libc.Connect(fd, to, 16) != 0 && Marshal.GetLastPInvokeError() != Libc.InProgress) return Refused(fd);
        var socket = new TcpSocket(fd);
        poller.Watch(fd, tag);
        return socket;
    }

    /// <summary>Whether connecting failed.</summary>
    public bool HasError()
    {
        var length = 4;
        return Libc.GetSocketOption(_fd, 1, 4, out var error, ref length) != 0 || error != 0;
    }

    /// <summary>Sends; what the system does not take is kept for <see cref="Flush"/>. False when the connection is gone.</summary>
    public bool Send(ReadOnlySpan<byte> bytes)
    {
        if (_unsentLength == 0)
        {
            var sent = SendSome(bytes);
            if (sent < 0) return false;
            bytes = bytes[sent..];
            if (bytes.IsEmpty) return true;
        }

        Keep(bytes);
        return true;
    }

    /// <summary>Sends what was kept; false when the connection is gone.</summary>
    public bool Flush()
    {
        while (_unsentLength > 0)
        {
            var sent = SendSome(_unsent.AsSpan(_unsentStart, _unsentLength));
            if (sent < 0) return false;
            if (sent == 0) return true;
            _unsentStart += sent;
            _unsentLength -= sent;
        }

        _unsentStart = 0;
        return true;
    }

    /// <summary>Reads: the number of bytes, 0 when there is nothing now, -1 when the connection has ended.</summary>
    public int Receive(Span<byte> into)
    {
        var received = Libc.Receive(_fd, into, into.Length, 0);
        if (received > 0) return (int)received;
        return received < 0 && Marshal.GetLastPInvokeError() is Libc.Again or Libc.Interrupted ? 0 : -1;
    }

    public void Close() => Libc.Close(_fd);

    private static TcpSocket? Refused(int fd)
    {
        Libc.Close(fd);
        return null;
    }

    private static SocketAddress AddressOf(int port, uint address) =>
        new() { Family = InternetFamily, Port = BinaryPrimitives.ReverseEndianness((ushort)port), Address = address };

    private int SendSome(ReadOnlySpan<byte> bytes)
    {
        var sent = Libc.Send(_fd, bytes, bytes.Length, NoSignal);
        if (sent >= 0) return (int)sent;
        return Marshal.GetLastPInvokeError() is Libc.Again or Libc.Interrupted ? 0 : -1;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        var needed = _unsentStart + _unsentLength + bytes.Length;
        if (_unsent.Length < needed) Array.Resize(ref _unsent, Math.Max(needed, _unsent.Length * 2));
        bytes.CopyTo(_unsent.AsSpan(_unsentStart + _unsentLength));
        _unsentLength += bytes.Length;
    }
}
