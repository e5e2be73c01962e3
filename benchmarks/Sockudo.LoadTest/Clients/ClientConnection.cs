using Sockudo.LoadTest.Native;

namespace Sockudo.LoadTest.Clients;

/// <summary>Where a client stands.</summary>
internal enum ClientState : byte
{
    New,
    Connecting,
    Upgrading,
    Greeting,
    Joining,
    Ready,
    Closing,
    Dead,
}

/// <summary>One WebSocket of the generator.</summary>
internal sealed class ClientConnection(int index)
{
    private byte[] _partial = [];
    private int _partialLength;

    /// <summary>Its place among the connections, which decides its node and channels.</summary>
    public int Index { get; } = index;

    public ClientState State { get; set; }

    public TcpSocket? Socket { get; set; }

    /// <summary>When it began to connect, or sent its subscription in mode subscribe.</summary>
    public long StartedAt { get; set; }

    /// <summary>Subscriptions answered so far.</summary>
    public int Joined { get; set; }

    /// <summary>Whether bytes of an unfinished frame are kept.</summary>
    public bool HasPartial => _partialLength > 0;

    /// <summary>Adds what was read to the unfinished bytes before it and returns all.</summary>
    public ReadOnlySpan<byte> Join(ReadOnlySpan<byte> bytes)
    {
        Keep(bytes);
        return _partial.AsSpan(0, _partialLength);
    }

    /// <summary>Drops the front of what <see cref="Join"/> returned.</summary>
    public void Consume(int count)
    {
        _partialLength -= count;
        _partial.AsSpan(count, _partialLength).CopyTo(_partial);
    }

    /// <summary>Keeps the bytes of an unfinished frame.</summary>
    public void Keep(ReadOnlySpan<byte> bytes)
    {
        var needed = _partialLength + bytes.Length;
        if (_partial.Length < needed) Array.Resize(ref _partial, Math.Max(needed, Math.Max(64, _partial.Length * 2)));
        bytes.CopyTo(_partial.AsSpan(_partialLength));
        _partialLength = needed;
    }

    /// <summary>Forgets everything but the place.</summary>
    public void Reset()
    {
        Socket = null;
        Joined = 0;
        _partial = [];
        _partialLength = 0;
    }
}
