using System.Buffers.Text;

namespace Sockudo.LoadTest.Clients;

/// <summary>The time of a publish within its payload: <c>@T</c> and 19 digits of nanoseconds.</summary>
internal static class PayloadStamp
{
    public const int Length = 21;

    /// <summary>Writes the stamp.</summary>
    public static void Write(Span<byte> destination, long nanoseconds)
    {
        "@T"u8.CopyTo(destination);
        nanoseconds.TryFormat(destination[2..Length], out _, "D19", System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Finds the stamp of a frame. <paramref name="hint"/> remembers where the last one stood: they all stand there.</summary>
    public static bool TryFind(ReadOnlySpan<byte> frame, ref int hint, out long nanoseconds)
    {
        nanoseconds = 0;
        var at = hint + Length <= frame.Length && frame[hint] == '@' && frame[hint + 1] == 'T' ? hint : frame.IndexOf("@T"u8);
        if (at < 0 || at + Length > frame.Length) return false;
        hint = at;
        return Utf8Parser.TryParse(frame.Slice(at + 2, Length - 2), out nanoseconds, out _);
    }
}
