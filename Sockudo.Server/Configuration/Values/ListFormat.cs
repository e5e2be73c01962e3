using System.Text.Json;
using Sockudo.Server.Configuration.Keys;

namespace Sockudo.Server.Configuration.Values;

/// <summary>A list of text; as an environment variable separated by commas, items trimmed.</summary>
/// <param name="typeName">For the documentation.</param>
/// <param name="expected">What each item must be.</param>
/// <param name="item">Turns a raw item into the kept one, null when it is not acceptable.</param>
/// <param name="defect">What is wrong with a raw item, as a sentence that quotes it; null for nothing.</param>
/// <param name="entry">Turns a JSON object of the list into the kept item, null when objects are not accepted or it is wrong.</param>
internal sealed class ListFormat(string typeName, string expected, Func<string, string?> item, Func<JsonElement, string?>? entry = null,
    Func<string, string?>? defect = null)
    : ValueFormat<IReadOnlyList<string>>
{
    /// <summary>Any text.</summary>
    public static readonly ListFormat Text = new("list of text", "a list of text", static text => text);

    public override string TypeName => typeName;

    public override string Expected => expected;

    public override string? Defect(JsonElement element) => defect is null || element.ValueKind != JsonValueKind.Array
        ? null
        : First(element.EnumerateArray().Where(static child => child.ValueKind == JsonValueKind.String).Select(static child => ConfiguredText.Read(child.GetString()!)));

    public override string? Defect(string text) => First(Split(text));

    public override bool TryReadJson(JsonElement element, out IReadOnlyList<string> value)
    {
        value = [];
        if (element.ValueKind != JsonValueKind.Array) return false;
        var items = new List<string>(element.GetArrayLength());
        foreach (var child in element.EnumerateArray())
        {
            var kept = child.ValueKind switch
            {
                JsonValueKind.String => item(ConfiguredText.Read(child.GetString()!)),
                JsonValueKind.Object => entry?.Invoke(child),
                _ => null,
            };
            if (kept is null) return false;
            items.Add(kept);
        }

        value = items;
        return true;
    }

    public override bool TryReadText(string text, out IReadOnlyList<string> value)
    {
        value = [];
        var items = new List<string>();
        foreach (var part in Split(text))
        {
            if (item(part) is not { } kept) return false;
            items.Add(kept);
        }

        value = items;
        return true;
    }

    public override string Display(IReadOnlyList<string> value) => value.Count == 0 ? "none" : string.Join(", ", value.Select(ConfiguredText.Display));

    public override string Show(IReadOnlyList<string> value, Secrecy secrecy) =>
        secrecy == Secrecy.None || value.Count == 0 ? Display(value) : string.Join(", ", SecretMask.Items(value, secrecy));

    public override IEnumerable<string> Texts(IReadOnlyList<string> value) => value;

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private string? First(IEnumerable<string> items) => defect is null ? null : items.Select(defect).FirstOrDefault(static found => found is not null);
}
