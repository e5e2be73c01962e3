using System.Globalization;
using System.Text.Json;

namespace Sockudo.Server.Configuration.Values;

/// <summary>"auto", a positive number, or text with one; auto is kept as null.</summary>
internal sealed class WorkerThreadsFormat : ValueFormat<long?>
{
    /// <summary>The one instance.</summary>
    public static readonly WorkerThreadsFormat Instance = new();

    public override string TypeName => "\"auto\" or integer";

    public override string Expected => "\"auto\" or a positive integer";

    public override bool TryReadJson(JsonElement element, out long? value)
    {
        value = null;
        if (element.ValueKind == JsonValueKind.String) return TryReadText(element.GetString()!, out value);
        if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt64(out var number) || number <= 0) return false;
        value = number;
        return true;
    }

    public override bool TryReadText(string text, out long? value)
    {
        value = null;
        if (text.Trim().Equals("auto", StringComparison.OrdinalIgnoreCase)) return true;
        if (!long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number <= 0) return false;
        value = number;
        return true;
    }

    public override string Display(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "auto";
}
