using System.Buffers.Binary;

namespace Sockudo.Server.Transport;

/// <summary>Close codes of RFC 6455 §7.4 that the transport itself sends, and the rule for those it accepts.</summary>
internal static class CloseStatus
{
    public const ushort Normal = 1000;
    public const ushort GoingAway = 1001;
    public const ushort ProtocolError = 1002;
    public const ushort InvalidPayload = 1007;
    public const ushort MessageTooBig = 1009;

    /// <summary>Whether a peer may send this code (RFC 6455 §7.4.1 and §7.4.2, and IANA's registrations up to 1014).</summary>
    public static bool IsValid(ushort code) => code is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);

    /// <summary>Reads a close frame's payload; false when it breaks RFC 6455 §5.5.1 (one byte, or a code that may not be sent).</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out ushort code)
    {
        code = Normal;
        if (payload.IsEmpty) return true;
        if (payload.Length == 1) return false;
        code = BinaryPrimitives.ReadUInt16BigEndian(payload);
        return IsValid(code);
    }
}
