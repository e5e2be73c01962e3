using System.Globalization;
using System.Text;

namespace Sockudo.Server.Protocol;

/// <summary>
/// A JSON number as JavaScript turns it into a text (ECMA-262, Number::toString), which is what clients written in it look for.
/// Plain integers keep their digits however many they are: an id of 20 digits must not become another user's. Pure.
/// </summary>
internal static class JavaScriptNumber
{
    /// <summary>The text of a valid JSON number; null for one that is too large for a double.</summary>
    public static string? Text(ReadOnlySpan<byte> number)
    {
        if (number.IndexOfAny(".eE"u8) < 0) return number.SequenceEqual("-0"u8) ? "0" : Encoding.ASCII.GetString(number);
        var value = double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(value)) return null;
        if (value == 0) return "0";
        var sign = value < 0 ? "-" : "";
        var (digits, point) = Decompose(Math.Abs(value));
        if (point is > 0 and <= 21)
        {
            return digits.Length <= point
                ? $"{sign}{digits.PadRight(point, '0')}"
                : $"{sign}{digits.AsSpan(0, point)}.{digits.AsSpan(point)}";
        }

        if (point is > -6 and <= 0) return $"{sign}0.{new string('0', -point)}{digits}";
        var fraction = digits.Length > 1 ? $".{digits.AsSpan(1)}" : "";
        var exponent = point - 1;
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent)}");
    }

    /// <summary>The shortest digits that name the value, and how many of them stand before the decimal point.</summary>
    private static (string Digits, int Point) Decompose(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var e = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = e < 0 ? 0 : int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = e < 0 ? text : text[..e];
        var dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        var point = (dot < 0 ? mantissa.Length : dot) + exponent;
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var leading = digits.Length - digits.TrimStart('0').Length;
        return (digits.Trim('0'), point - leading);
    }
}
