using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sockudo.Server.Transport;

namespace Sockudo.Server.Protocol;

/// <summary>
/// A thread's buffer in which the JSON of one message is written before it is copied, once and exactly sized, into the frame
/// that everybody shares.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "The writer writes to memory only; the buffer lives as long as its thread.")]
internal sealed class FrameBuffer
{
    private const int KeptBytes = 256 * 1024;

    // A message may be written inside another (a JSON string that holds JSON), so a thread keeps a list of free buffers.
    [ThreadStatic]
    private static FrameBuffer? t_free;

    private readonly ArrayBufferWriter<byte> _bytes = new(1024);
    private readonly Utf8JsonWriter _json;
    private FrameBuffer? _next;

    private FrameBuffer()
    {
        // Relaxed: é, + and < stay as they are; the receiver is a JSON parser, not a page. Validation stays on for our own mistakes in Debug.
        _json = new Utf8JsonWriter(_bytes, new JsonWriterOptions
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
#if !DEBUG
            SkipValidation = true,
#endif
        });
    }

    /// <summary>The JSON written so far. Valid until the buffer is ended.</summary>
    public ReadOnlySpan<byte> Written()
    {
        _json.Flush();
        return _bytes.WrittenSpan;
    }

    /// <summary>Starts a message. It must be ended on the same thread, by <see cref="ToFrame()"/>, <see cref="ToJson"/> or <see cref="Return"/>.</summary>
    public static FrameBuffer Rent(out Utf8JsonWriter json)
    {
        var buffer = t_free ?? new FrameBuffer();
        t_free = buffer._next;
        buffer._next = null;
        json = buffer._json;
        return buffer;
    }

    /// <summary>Ends the message: a text frame around the JSON. The buffer goes back to the thread.</summary>
    public byte[] ToFrame()
    {
        _json.Flush();
        var frame = ServerFrame.Create(Opcode.Text, _bytes.WrittenSpan);
        Return();
        return frame;
    }

    /// <summary>
    /// Ends the message: a text frame around the JSON and the pieces that end it. They are copied once, straight into the frame: data of
    /// any size is never in the thread's buffer, and of an event for many channels only the beginning is written again for each.
    /// </summary>
    public byte[] ToFrame(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third, ReadOnlySpan<byte> fourth, ReadOnlySpan<byte> fifth)
    {
        _json.Flush();
        var written = _bytes.WrittenSpan;
        var frame = ServerFrame.Allocate(Opcode.Text, written.Length + first.Length + second.Length + third.Length + fourth.Length + fifth.Length, out var rest);
        Put(written, ref rest);
        Put(first, ref rest);
        Put(second, ref rest);
        Put(third, ref rest);
        Put(fourth, ref rest);
        Put(fifth, ref rest);
        Return();
        return frame;

        static void Put(ReadOnlySpan<byte> piece, ref Span<byte> rest)
        {
            piece.CopyTo(rest);
            rest = rest[piece.Length..];
        }
    }

    /// <summary>Ends the message: the bare JSON. The buffer goes back to the thread.</summary>
    public byte[] ToJson()
    {
        _json.Flush();
        var json = _bytes.WrittenSpan.ToArray();
        Return();
        return json;
    }

    /// <summary>Gives the buffer back to the thread; what was written is gone.</summary>
    public void Return()
    {
        if (_bytes.Capacity > KeptBytes) return;
        _bytes.ResetWrittenCount();
        _json.Reset();
        _next = t_free;
        t_free = this;
    }
}
