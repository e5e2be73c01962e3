using System.Globalization;
using System.Text.Json;

namespace Sockudo.Server.Configuration.Values;

/// <summary>A whole number within a range.</summary>
/// <param name="minimum">Smallest accepted value.</param>
/// <param name="maximum">Largest accepted value.</param>
/// <param name="acceptText">Whether JSON text with a number in it is accepted, as for the numbers of an app.</param>
internal sealed class IntegerFormat(long minimum, long maximum, bool acceptText = false) : ValueFormat<long>
{
    /// <summary>Smallest accepted value.</summary>
    public long Minimum => minimum;

    /// <summary>Largest accepted value.</summary>
    public long Maximum => maximum;

    public override string TypeName => "integer";

    public override string Expected => maximum >= int.MaxValue
        ? $"an integer of at least {minimum.ToString(CultureInfo.InvariantCulture)}"
        : $"an integer from {minimum.ToString(CultureInfo.InvariantCulture)} to {maximum.ToString(CultureInfo.InvariantCulture)}";

    public override bool TryReadJson(JsonElement element, out long value)
    {
        value = 0;
        if (acceptText && element.ValueKind == JsonValueKind.String) return TryReadText(element.GetString()!, out value);
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out value) && value >= minimum && value <= maximum;
    }

    public override bool TryReadText(string text, out long value) =>
        long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= minimum && value <= maximum;

    public override string Display(long value) => value.ToString(CultureInfo.InvariantCulture);
}
