using System.Buffers.Binary;
using System.Text;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Integration.Rfc6455;

/// <summary>What the cases send: messages, and frames as they are on the wire.</summary>
internal static class Wire
{
    /// <summary>A client event whose data is this text, put between quotation marks as it is.</summary>
    public static byte[] Message(string id, ReadOnlySpan<byte> data) => [.. Beginning(id), .. data, .. "\"}"u8];

    public static byte[] Message(string id, string data = "Hello, world!") => Message(id, Encoding.UTF8.GetBytes(data));

    /// <summary>A client event that is so many bytes long in all.</summary>
    public static byte[] MessageOfLength(string id, int length)
    {
        var data = new byte[length - Message(id, "").Length];
        for (var i = 0; i < data.Length; i++) data[i] = (byte)('a' + (i % 23));
        return Message(id, data);
    }

    /// <summary>The beginning of a client event, up to its data.</summary>
    public static byte[] Beginning(string id) =>
        Encoding.UTF8.GetBytes($$"""{"event":"client-e","channel":"{{ConformanceCase.ChannelOf(id)}}","data":""" + "\"");

    public static byte[] Frame(int opcode, byte[] payload, bool fin = true, int rsv = 0) =>
        new WebSocketFrame((FrameOpcode)opcode, payload, fin, Masked: true, rsv).ToBytes();

    public static byte[] Text(byte[] payload, bool fin = true, int rsv = 0) => Frame(1, payload, fin, rsv);

    public static byte[] Binary(byte[] payload, bool fin = true, int rsv = 0) => Frame(2, payload, fin, rsv);

    public static byte[] Continuation(byte[] payload, bool fin = true) => Frame(0, payload, fin);

    public static byte[] Ping(byte[] payload) => Frame(9, payload);

    public static byte[] Pong(byte[] payload) => Frame(10, payload);

    public static byte[] Close(int code, string reason = "") => Close(code, Encoding.UTF8.GetBytes(reason));

    public static byte[] Close(int code, byte[] reason)
    {
        var payload = new byte[2 + reason.Length];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        reason.CopyTo(payload, 2);
        return Frame(8, payload);
    }

    /// <summary>The frames of a message cut into pieces of at most so many bytes.</summary>
    public static IEnumerable<byte[]> Fragments(int opcode, byte[] message, int size)
    {
        for (var at = 0; at < message.Length; at += size)
        {
            var isLast = at + size >= message.Length;
            yield return Frame(at == 0 ? opcode : 0, message[at..(isLast ? message.Length : at + size)], isLast);
        }
    }

    public static byte[] Join(IEnumerable<byte[]> frames) => [.. frames.SelectMany(static frame => frame)];
}
