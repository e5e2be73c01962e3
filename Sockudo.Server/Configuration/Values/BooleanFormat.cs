using System.Text.Json;

namespace Sockudo.Server.Configuration.Values;

/// <summary>true or false; as text also 1/yes/on and 0/no/off in any case.</summary>
internal sealed class BooleanFormat : ValueFormat<bool>
{
    /// <summary>The one instance.</summary>
    public static readonly BooleanFormat Instance = new();

    public override string TypeName => "boolean";

    public override string Expected => "true or false";

    public override bool TryReadJson(JsonElement element, out bool value)
    {
        value = element.ValueKind == JsonValueKind.True;
        return element.ValueKind is JsonValueKind.True or JsonValueKind.False;
    }

    public override bool TryReadText(string text, out bool value)
    {
        var lowered = text.Trim().ToLowerInvariant();
        value = lowered is "true" or "1" or "yes" or "on";
        return value || lowered is "false" or "0" or "no" or "off";
    }

    public override string Display(bool value) => value ? "true" : "false";
}
