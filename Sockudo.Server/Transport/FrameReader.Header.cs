using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Sockudo.Server.Transport;

/// <content>Frame headers (RFC 6455 §5.2).</content>
internal sealed partial class FrameReader
{
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
}
