using System.Text.Json;

namespace Sockudo.Server.Configuration.Values;

/// <summary>Text or JSON null.</summary>
/// <param name="emptyClears">Whether an empty environment variable takes the file's value away (DATABASE_REDIS_USERNAME).</param>
internal sealed class OptionalTextFormat(bool emptyClears = false) : ValueFormat<string?>
{
    /// <summary>An empty environment variable counts as not set.</summary>
    public static readonly OptionalTextFormat Instance = new();

    public override string TypeName => "text or null";

    public override string Expected => "text or null";

    public override bool EmptyTextIsValue => emptyClears;

    public override bool TryReadJson(JsonElement element, out string? value)
    {
        value = element.ValueKind == JsonValueKind.String ? ConfiguredText.Read(element.GetString()!) : null;
        return element.ValueKind is JsonValueKind.String or JsonValueKind.Null;
    }

    public override bool TryReadText(string text, out string? value)
    {
        value = ConfiguredText.Read(text) is { Length: > 0 } read ? read : null;
        return true;
    }

    public override string Display(string? value) => value is null ? "unset" : ConfiguredText.Display(value);

    public override IEnumerable<string> Texts(string? value) => value is null ? [] : [value];
}
