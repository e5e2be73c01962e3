using System.Globalization;
using System.Text.Json;

namespace Sockudo.Server.Configuration.Values;

/// <summary>A part of a whole: above 0, at most 1, or none.</summary>
internal sealed class FractionFormat : ValueFormat<double?>
{
    /// <summary>The one instance.</summary>
    public static readonly FractionFormat Instance = new();

    public override string TypeName => "number";

    public override string Expected => "a number above 0 and at most 1";

    public override bool TryReadJson(JsonElement element, out double? value)
    {
        value = element.ValueKind == JsonValueKind.Number ? element.GetDouble() : null;
        return value is > 0 and <= 1;
    }

    public override bool TryReadText(string text, out double? value)
    {
        value = double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
        return value is > 0 and <= 1;
    }

    public override string Display(double? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "unset";
}
