using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Sockudo.Server.Transport;

/// <summary>
/// Reads client frames (RFC 6455 §5): masked, possibly fragmented, with control frames in between. It consumes everything it is
/// given, so the pipe never holds a buffer between messages; what must be kept of an unfinished frame is in a rented array that
/// is returned when the message ends. A frame that lies whole in one segment is unmasked where it lies. Owned by one loop.
/// </summary>
internal sealed partial class FrameReader(int maxMessageBytes, int maxFrameBytes) : IDisposable
{
    private const int MaxHeaderBytes = 14;
    private const int MaxControlPayload = 125;

    private byte[]? _assembled; // the message so far
    private int _assembledLength;
    private byte[]? _header; // a header cut by the end of a read
    private int _headerLength;

    private long _frameRemaining = -1; // payload bytes of the current frame still to come; -1 between frames
    private uint _mask; // rotated to the next payload byte
    private Opcode _frameOpcode;
    private bool _frameFinal;
    private bool _inMessage; // a fragmented message has begun
    private bool _messageIsText;
    private int _controlStart; // where an unfinished control frame's payload begins in _assembled
    private bool _releaseOnNextRead;
    private Utf8Validator _utf8;

    /// <summary>The close code after <see cref="FrameEvent.Error"/>.</summary>
    public ushort ErrorCode { get; private set; }

    /// <summary>Why, for the close frame and the log.</summary>
    public string ErrorReason { get; private set; } = "";

    /// <summary>Whether the last <see cref="FrameEvent.Message"/> was text, which is known to be UTF-8, and not binary.</summary>
    public bool MessageIsText => _messageIsText;

    /// <summary>
    /// Takes the next event out of <paramref name="input"/>. The payload is valid until the next call and until the input is
    /// advanced past it.
    /// </summary>
    public FrameEvent Read(ref ReadOnlySequence<byte> input, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (ErrorCode != 0) return FrameEvent.Error;
        if (_releaseOnNextRead) Release();
        while (true)
        {
            if (_frameRemaining < 0)
            {
                if (!TryReadHeader(ref input, out var failed)) return failed ? FrameEvent.Error : FrameEvent.NeedMore;
                if (TryReadInPlace(ref input, out payload, out var inPlace)) return inPlace;
            }

            if (!TryReadPayload(ref input, out var error)) return error ? FrameEvent.Error : FrameEvent.NeedMore;
            _frameRemaining = -1;
            if (IsControl(_frameOpcode))
            {
                payload = _assembled.AsSpan(_controlStart, _assembledLength - _controlStart);
                _assembledLength = _controlStart;
                if (!_inMessage) _releaseOnNextRead = true;
                return ControlEvent(payload);
            }

            if (!_frameFinal)
            {
                _inMessage = true;
                continue;
            }

            if (_messageIsText && !_utf8.IsComplete) return Fail(CloseStatus.InvalidPayload, "text message ends inside a character");
            _inMessage = false;
            payload = _assembled.AsSpan(0, _assembledLength);
            _releaseOnNextRead = true;
            return FrameEvent.Message;
        }
    }

    /// <summary>Returns what is rented.</summary>
    public void Dispose() => Release();

    private bool TryReadInPlace(ref ReadOnlySequence<byte> input, out ReadOnlySpan<byte> payload, out FrameEvent found)
    {
        payload = default;
        found = FrameEvent.NeedMore;
        var length = (int)_frameRemaining;
        if (input.FirstSpan.Length < length || _inMessage || !_frameFinal) return false;

        // The pipe's memory is writable and ours until it is advanced; unmasking it where it lies saves a copy.
        var span = MemoryMarshal.AsMemory(input.First).Span[..length];
        Unmask(span, _mask);
        input = input.Slice(length);
        _frameRemaining = -1;
        payload = span;
        if (IsControl(_frameOpcode)) found = ControlEvent(payload);
        else if (_messageIsText && !System.Text.Unicode.Utf8.IsValid(payload)) found = Fail(CloseStatus.InvalidPayload, "text message is not UTF-8");
        else found = FrameEvent.Message;
        return true;
    }

    private bool TryReadPayload(ref ReadOnlySequence<byte> input, out bool failed)
    {
        failed = false;
        while (_frameRemaining > 0)
        {
            SkipEmptySegments(ref input);
            if (input.IsEmpty) return false;
            var piece = input.FirstSpan;
            if (piece.Length > _frameRemaining) piece = piece[..(int)_frameRemaining];
            var target = Append(piece.Length);
            piece.CopyTo(target);
            Unmask(target, _mask);
            _mask = Rotate(_mask, piece.Length);
            _frameRemaining -= piece.Length;
            input = input.Slice(piece.Length);
            if (!IsControl(_frameOpcode) && _messageIsText && !_utf8.Feed(target))
            {
                Fail(CloseStatus.InvalidPayload, "text message is not UTF-8");
                failed = true;
                return false;
            }
        }

        return true;
    }

    private Span<byte> Append(int length)
    {
        var needed = _assembledLength + length;
        if (_assembled is null || _assembled.Length < needed)
        {
            // Grow with what has arrived, never with what a header promised.
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _assembledLength * 2));
            if (_assembled is not null)
            {
                _assembled.AsSpan(0, _assembledLength).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_assembled);
            }

            _assembled = larger;
        }

        var span = _assembled.AsSpan(_assembledLength, length);
        _assembledLength = needed;
        return span;
    }

    private FrameEvent ControlEvent(ReadOnlySpan<byte> payload)
    {
        switch (_frameOpcode)
        {
            case Opcode.Ping:
                return FrameEvent.Ping;
            case Opcode.Pong:
                return FrameEvent.Pong;
            default:
                if (!CloseStatus.TryRead(payload, out _)) return Fail(CloseStatus.ProtocolError, "close frame has an invalid code");
                return payload.Length > 2 && !System.Text.Unicode.Utf8.IsValid(payload[2..])
                    ? Fail(CloseStatus.InvalidPayload, "close reason is not UTF-8")
                    : FrameEvent.Close;
        }
    }

    private FrameEvent Fail(ushort code, string reason)
    {
        ErrorCode = code;
        ErrorReason = reason;
        return FrameEvent.Error;
    }

    private void Release()
    {
        _releaseOnNextRead = false;
        _assembledLength = 0;
        if (_assembled is null) return;
        ArrayPool<byte>.Shared.Return(_assembled);
        _assembled = null;
    }

    private static void SkipEmptySegments(ref ReadOnlySequence<byte> input)
    {
        while (!input.IsEmpty && input.FirstSpan.IsEmpty)
        {
            var position = input.Start;
            input.TryGet(ref position, out _);
            input = input.Slice(position);
        }
    }

    private static bool IsControl(Opcode opcode) => ((byte)opcode & 0x08) != 0;

    private static uint Rotate(uint mask, int by)
    {
        var bits = (by & 3) * 8;
        return BitConverter.IsLittleEndian ? BitOperations.RotateRight(mask, bits) : BitOperations.RotateLeft(mask, bits);
    }

    private static void Unmask(Span<byte> data, uint mask)
    {
        if (mask == 0) return;
        var i = 0;
        if (Vector.IsHardwareAccelerated && data.Length >= Vector<byte>.Count)
        {
            var key = Vector.AsVectorByte(new Vector<uint>(mask));
            for (; i <= data.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            {
                var slice = data.Slice(i, Vector<byte>.Count);
                (new Vector<byte>(slice) ^ key).CopyTo(slice);
            }
        }

        // A vector's length is a multiple of four, so the key is still aligned.
        Span<byte> bytes = stackalloc byte[4];
        MemoryMarshal.Write(bytes, mask);
        for (; i < data.Length; i++) data[i] ^= bytes[i & 3];
    }
}
