using System.Text.Json;

namespace Sockudo.Server.Configuration.Values;

/// <summary>Any text.</summary>
internal sealed class TextFormat : ValueFormat<string>
{
    /// <summary>The one instance.</summary>
    public static readonly TextFormat Instance = new();

    public override string TypeName => "text";

    public override string Expected => "text";

    public override bool TryReadJson(JsonElement element, out string value)
    {
        value = element.ValueKind == JsonValueKind.String ? element.GetString()! : "";
        return element.ValueKind == JsonValueKind.String;
    }

    public override bool TryReadText(string text, out string value)
    {
        value = text;
        return true;
    }

    public override string Display(string value) => value.Length == 0 ? "\"\"" : value;
}
