using System.Globalization;
using System.Text.Json;

namespace Sockudo.Server.Configuration.Values;

/// <summary>Permission bits as JSON text of octal digits, at most "777".</summary>
internal sealed class OctalFormat : ValueFormat<int>
{
    /// <summary>The one instance.</summary>
    public static readonly OctalFormat Instance = new();

    public override string TypeName => "octal text";

    public override string Expected => "text of octal digits, at most \"777\", such as \"660\"";

    public override bool TryReadJson(JsonElement element, out int value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.String && TryReadText(element.GetString()!, out value);
    }

    public override bool TryReadText(string text, out int value)
    {
        value = 0;
        var digits = text.Trim();
        if (digits.Length is 0 or > 6) return false;
        foreach (var digit in digits)
        {
            if (digit is < '0' or > '7') return false;
            value = (value * 8) + (digit - '0');
        }

        return value <= 511;
    }

    public override string Display(int value) => Convert.ToString(value, 8).ToString(CultureInfo.InvariantCulture);
}
