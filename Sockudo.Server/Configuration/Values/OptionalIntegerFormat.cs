using System.Globalization;
using System.Text.Json;

namespace Sockudo.Server.Configuration.Values;

/// <summary>A whole number within a range, or none: JSON null, the text "none" and, where asked for, 0.</summary>
/// <param name="minimum">Smallest accepted value.</param>
/// <param name="maximum">Largest accepted value.</param>
/// <param name="zeroIsNone">Whether 0 means none.</param>
internal sealed class OptionalIntegerFormat(long minimum, long maximum, bool zeroIsNone = false) : ValueFormat<long?>
{
    private readonly IntegerFormat _number = new(zeroIsNone ? 0 : minimum, maximum);

    public override string TypeName => "integer or null";

    public override string Expected => _number.Expected + (zeroIsNone ? "; 0 or null for none" : "; or null");

    public override bool TryReadJson(JsonElement element, out long? value)
    {
        value = null;
        if (element.ValueKind == JsonValueKind.Null) return true;
        return _number.TryReadJson(element, out var number) && Accept(number, out value);
    }

    public override bool TryReadText(string text, out long? value)
    {
        value = null;
        if (text.Trim().Equals("none", StringComparison.OrdinalIgnoreCase)) return true;
        return _number.TryReadText(text, out var number) && Accept(number, out value);
    }

    public override string Display(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "unset";

    private bool Accept(long number, out long? value)
    {
        value = zeroIsNone && number == 0 ? null : number;
        return true;
    }
}
