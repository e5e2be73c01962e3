namespace Sockudo.Server.Transport;

/// <summary>
/// The way out of one connection. Used by one caller at a time: the output loop, or the drain that it started when the sink
/// could not take everything. The sink is the only writer of its connection from the first byte on.
/// </summary>
internal interface IFrameSink
{
    /// <summary>Writes what can be written without waiting and returns how many bytes that was; -1 when the connection is gone. Does not throw.</summary>
    int TryWrite(ReadOnlySpan<byte> bytes);

    /// <summary>Writes all of it, waiting for the peer; false when the connection is gone. Does not throw.</summary>
    ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>
    /// Tells the peer that nothing more comes, and goes on reading (a half-closed connection). False when the transport cannot: it
    /// then says so with its end. Only after the last write. Does not throw.
    /// </summary>
    bool TryEndOutput() => false;

    /// <summary>Ends the connection at once, unsent bytes and all. Idempotent, thread-safe.</summary>
    void Abort();
}
