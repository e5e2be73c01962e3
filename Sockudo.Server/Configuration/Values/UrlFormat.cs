using System.Text.Json;

namespace Sockudo.Server.Configuration.Values;

/// <summary>A URL of certain schemes, or none. A wrong one stops the start wherever it stands: it would fail at the first use anyway.</summary>
/// <param name="schemes">Accepted schemes, lower case.</param>
internal sealed class UrlFormat(params string[] schemes) : ValueFormat<string?>
{
    /// <summary>Where a Redis is.</summary>
    public static readonly UrlFormat Redis = new("redis", "rediss", "redis+sentinel", "rediss+sentinel");

    /// <summary>An HTTP endpoint.</summary>
    public static readonly UrlFormat Http = new("http", "https");

    public override string TypeName => "URL or null";

    public override string Expected => "a URL that begins with " + string.Join(" or ", schemes.Select(static scheme => scheme + "://"));

    public override bool WrongTextIsError => true;

    public override bool TryReadJson(JsonElement element, out string? value)
    {
        value = null;
        if (element.ValueKind == JsonValueKind.Null) return true;
        return element.ValueKind == JsonValueKind.String && TryReadText(element.GetString()!, out value);
    }

    public override bool TryReadText(string text, out string? value)
    {
        value = text.Trim();
        var separator = value.IndexOf("://", StringComparison.Ordinal);
        return separator > 0 && value.Length > separator + 3 && Array.IndexOf(schemes, value[..separator].ToLowerInvariant()) >= 0;
    }

    public override string Display(string? value) => value ?? "unset";
}
