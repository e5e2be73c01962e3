using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Sockudo.Server.Caching;

/// <summary>
/// How old a JSON object in the cache is: its first property, <c>{"stamp":"…"</c>, of decimal digits of one length, so that text order
/// is the order of versions in every locale of every store. Stateless.
/// </summary>
internal static class ValueVersion
{
    /// <summary>Digits of a version: 20 of the time, 39 of who wrote.</summary>
    public const int Digits = 59;

    private const int TimeDigits = 20;

    /// <summary>What stands in front of the digits.</summary>
    public static ReadOnlySpan<byte> Lead => "{\"stamp\":\""u8;

    /// <summary>A JSON object with members, and its version as the first property.</summary>
    public static byte[] Prepend(long time, UInt128 writer, ReadOnlySpan<byte> json)
    {
        var value = new byte[Lead.Length + Digits + 2 + json.Length - 1];
        Lead.CopyTo(value);
        Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{time:D20}{writer:D39}\","), value.AsSpan(Lead.Length));
        json[1..].CopyTo(value.AsSpan(Lead.Length + Digits + 2));
        return value;
    }

    /// <summary>Takes the version out again. An object without one, as another implementation writes it, has the version 0.</summary>
    public static byte[] Split(ReadOnlySpan<byte> value, out long time, out UInt128 writer)
    {
        var digits = DigitsOf(value);
        if (digits.IsEmpty || !Utf8Parser.TryParse(digits[..TimeDigits], out time, out int used) || used != TimeDigits
            || !UInt128.TryParse(digits[TimeDigits..], CultureInfo.InvariantCulture, out writer))
        {
            (time, writer) = (0, 0);
            return value.ToArray();
        }

        var json = new byte[value.Length - Lead.Length - Digits - 1];
        json[0] = (byte)'{';
        value[(Lead.Length + Digits + 2)..].CopyTo(json.AsSpan(1));
        return json;
    }

    /// <summary>Whether <paramref name="left"/> is older than <paramref name="right"/>; without versions nothing is.</summary>
    public static bool IsOlder(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => DigitsOf(left).SequenceCompareTo(DigitsOf(right)) < 0;

    private static ReadOnlySpan<byte> DigitsOf(ReadOnlySpan<byte> value) =>
        value.Length > Lead.Length + Digits + 2 && value.StartsWith(Lead) ? value.Slice(Lead.Length, Digits) : default;
}
