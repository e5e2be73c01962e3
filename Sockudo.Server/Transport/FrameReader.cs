using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Sockudo.Server.Transport;

/// <summary>What <see cref="FrameReader.Read"/> found.</summary>
internal enum FrameEvent
{
    /// <summary>All input is consumed; more is needed.</summary>
    NeedMore,

    /// <summary>A whole text or binary message.</summary>
    Message,
    Ping,
    Pong,

    /// <summary>A close frame; the payload is its body, already checked.</summary>
    Close,

    /// <summary>The peer broke the protocol; <see cref="FrameReader.ErrorCode"/> and <see cref="FrameReader.ErrorReason"/> say how. The reader is finished.</summary>
    Error,
}

/// <summary>
/// Reads client frames (RFC 6455 §5): masked, possibly fragmented, with control frames in between. It consumes everything it is
/// given, so the pipe never holds a buffer between messages; what must be kept of an unfinished frame is in a rented array that
/// is returned when the message ends. A frame that lies whole in one segment is unmasked where it lies. Owned by one loop.
/// </summary>
internal sealed class FrameReader(int maxMessageBytes, int maxFrameBytes) : IDisposable
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

    private bool TryReadHeader(ref ReadOnlySequence<byte> input, out bool failed)
    {
        failed = false;
        SkipEmptySegments(ref input);
        var first = input.FirstSpan;
        if (_headerLength == 0 && first.Length >= MaxHeaderBytes)
        {
            var length = ParseHeader(first, out failed);
            if (failed) return false;
            input = input.Slice(length);
            return true;
        }

        // Headers at the end of a segment are rare: gather them byte by byte.
        _header ??= new byte[MaxHeaderBytes];
        while (!input.IsEmpty)
        {
            _header[_headerLength++] = input.FirstSpan[0];
            input = input.Slice(1);
            SkipEmptySegments(ref input);
            if (_headerLength >= 2 && _headerLength == NeededHeader(_header))
            {
                ParseHeader(_header, out failed);
                _headerLength = 0;
                return !failed;
            }

            if (_headerLength == 2 && CheckFirstBytes(_header) is not null)
            {
                ParseHeader(_header, out failed);
                return false;
            }
        }

        return false;
    }

    private static int NeededHeader(ReadOnlySpan<byte> header)
    {
        var mask = (header[1] & 0x80) != 0 ? 4 : 0;
        return mask + (header[1] & 0x7F) switch { 126 => 4, 127 => 10, _ => 2 };
    }

    private string? CheckFirstBytes(ReadOnlySpan<byte> header)
    {
        var opcode = (Opcode)(header[0] & 0x0F);
        if ((header[0] & 0x70) != 0) return "reserved bits are set without an extension";
        if (opcode is not (Opcode.Continuation or Opcode.Text or Opcode.Binary or Opcode.Close or Opcode.Ping or Opcode.Pong)) return "unknown opcode";
        if ((header[1] & 0x80) == 0) return "client frames must be masked";
        if (IsControl(opcode))
        {
            if ((header[0] & 0x80) == 0) return "control frames must not be fragmented";
            if ((header[1] & 0x7F) > MaxControlPayload) return "control frames carry at most 125 bytes";
        }
        else if (opcode == Opcode.Continuation != _inMessage)
        {
            return _inMessage ? "a new message began inside a fragmented one" : "a continuation without a message";
        }

        return null;
    }

    private int ParseHeader(ReadOnlySpan<byte> header, out bool failed)
    {
        failed = true;
        if (CheckFirstBytes(header) is { } defect)
        {
            Fail(CloseStatus.ProtocolError, defect);
            return 0;
        }

        ulong length = (uint)(header[1] & 0x7F);
        var at = 2;
        if (length == 126)
        {
            length = BinaryPrimitives.ReadUInt16BigEndian(header[2..]);
            at = 4;
        }
        else if (length == 127)
        {
            length = BinaryPrimitives.ReadUInt64BigEndian(header[2..]);
            at = 10;
            if (length > long.MaxValue)
            {
                Fail(CloseStatus.ProtocolError, "the length's most significant bit is set");
                return 0;
            }
        }

        _frameOpcode = (Opcode)(header[0] & 0x0F);
        _frameFinal = (header[0] & 0x80) != 0;
        if (!IsControl(_frameOpcode) && (length > (ulong)maxFrameBytes || length + (ulong)_assembledLength > (ulong)maxMessageBytes))
        {
            Fail(CloseStatus.MessageTooBig, $"message is larger than {Math.Min(maxMessageBytes, maxFrameBytes)} bytes");
            return 0;
        }

        _mask = MemoryMarshal.Read<uint>(header[at..]);
        _frameRemaining = (long)length;
        _controlStart = _assembledLength;
        if (_frameOpcode is Opcode.Text or Opcode.Binary)
        {
            _messageIsText = _frameOpcode == Opcode.Text;
            _utf8 = default;
        }

        failed = false;
        return at + 4;
    }

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
