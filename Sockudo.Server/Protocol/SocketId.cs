using System.Buffers.Binary;
using System.Globalization;

namespace Sockudo.Server.Protocol;

/// <summary>A socket's id: two integers of 0 to 10,000,000,000, printed <c>high.low</c>.</summary>
internal readonly record struct SocketId(long High, long Low)
{
    /// <summary>The largest value of either part, inclusive.</summary>
    public const long MaxPart = 10_000_000_000;

    /// <summary>How many random bytes an id is made from.</summary>
    public const int RandomBytes = 2 * sizeof(ulong);

    /// <summary>The id that <see cref="RandomBytes"/> random bytes make.</summary>
    public static SocketId From(ReadOnlySpan<byte> random) => new(Part(random), Part(random[sizeof(ulong)..]));

    /// <summary>Reads the printed form; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SocketId id)
    {
        id = default;
        var dot = text.IndexOf('.');
        if (dot <= 0 || dot == text.Length - 1) return false;
        if (!TryParsePart(text[..dot], out var high) || !TryParsePart(text[(dot + 1)..], out var low)) return false;
        id = new SocketId(high, low);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{High}.{Low}");

    // 2^64 is so much more than the range that no value comes noticeably more often than another.
    private static long Part(ReadOnlySpan<byte> bytes) => (long)(BinaryPrimitives.ReadUInt64LittleEndian(bytes) % (MaxPart + 1));

    private static bool TryParsePart(ReadOnlySpan<char> text, out long part) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out part) && part <= MaxPart;
}
