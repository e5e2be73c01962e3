using System.Text.Json;

namespace Sockudo.Server.Configuration.Values;

/// <summary>Any text, read by <see cref="ConfiguredText"/>.</summary>
internal sealed class TextFormat : ValueFormat<string>
{
    /// <summary>The one instance.</summary>
    public static readonly TextFormat Instance = new();

    public override string TypeName => "text";

    public override string Expected => "text";

    public override bool TryReadJson(JsonElement element, out string value)
    {
        value = element.ValueKind == JsonValueKind.String ? ConfiguredText.Read(element.GetString()!) : "";
        return element.ValueKind == JsonValueKind.String;
    }

    public override bool TryReadText(string text, out string value)
    {
        value = ConfiguredText.Read(text);
        return true;
    }

    public override string Display(string value) => ConfiguredText.Display(value);

    public override IEnumerable<string> Texts(string value) => [value];
}
