using System.Buffers.Binary;
using System.Text;

namespace Sockudo.Tests.Cluster.Telemetry;

/// <summary>The fields of one protobuf message, by number: as much of the wire format as OTLP needs (varint, fixed64, bytes, fixed32).</summary>
internal sealed class ProtobufFields
{
    private readonly List<(int Number, ulong Value, ReadOnlyMemory<byte> Bytes)> _fields = [];

    public ProtobufFields(ReadOnlyMemory<byte> message)
    {
        while (!message.IsEmpty)
        {
            var tag = ReadVarint(ref message);
            var number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    _fields.Add((number, ReadVarint(ref message), default));
                    break;
                case 1:
                    _fields.Add((number, BinaryPrimitives.ReadUInt64LittleEndian(message.Span), default));
                    message = message[8..];
                    break;
                case 2:
                    var length = (int)ReadVarint(ref message);
                    _fields.Add((number, 0, message[..length]));
                    message = message[length..];
                    break;
                case 5:
                    _fields.Add((number, BinaryPrimitives.ReadUInt32LittleEndian(message.Span), default));
                    message = message[4..];
                    break;
                default:
                    throw new InvalidDataException($"wire type {tag & 7} of field {number}");
            }
        }
    }

    /// <summary>Whether the field is there.</summary>
    public bool Has(int number) => _fields.Exists(field => field.Number == number);

    /// <summary>A number; 0 when it is not there.</summary>
    public ulong Number(int number) => _fields.FindLast(field => field.Number == number).Value;

    /// <summary>A fixed64 that is a double.</summary>
    public double Double(int number) => BitConverter.UInt64BitsToDouble(Number(number));

    /// <summary>A string; empty when it is not there.</summary>
    public string Text(int number) => Encoding.UTF8.GetString(_fields.FindLast(field => field.Number == number).Bytes.Span);

    /// <summary>Bytes as lower-case hex; empty when they are not there.</summary>
    public string Hex(int number) => Convert.ToHexStringLower(_fields.FindLast(field => field.Number == number).Bytes.Span);

    /// <summary>Every message of a repeated field.</summary>
    public IEnumerable<ProtobufFields> Messages(int number) =>
        _fields.Where(field => field.Number == number).Select(static field => new ProtobufFields(field.Bytes));

    /// <summary>OTLP's <c>KeyValue</c>s of a field, each value as text.</summary>
    public Dictionary<string, string> Attributes(int number) => Messages(number).ToDictionary(static pair => pair.Text(1), static pair => Value(pair.Messages(2).Single()));

    private static string Value(ProtobufFields any)
    {
        if (any.Has(1)) return any.Text(1);
        if (any.Has(3)) return ((long)any.Number(3)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return any.Has(4) ? any.Double(4).ToString(System.Globalization.CultureInfo.InvariantCulture) : any.Number(2) == 0 ? "false" : "true";
    }

    private static ulong ReadVarint(ref ReadOnlyMemory<byte> message)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message.Span[0];
            message = message[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
    }
}
