using System.Text.Json;

namespace Sockudo.Server.Configuration.Values;

/// <summary>A prefix of URL paths, kept with a leading and without a trailing slash; "/" is kept as the empty text.</summary>
internal sealed class PathPrefixFormat : ValueFormat<string>
{
    /// <summary>The one instance.</summary>
    public static readonly PathPrefixFormat Instance = new();

    public override string TypeName => "path";

    public override string Expected => "a path such as \"/\" or \"/realtime\" of letters, digits and - . _ ~ / without empty or dotted segments";

    public override bool TryReadJson(JsonElement element, out string value)
    {
        value = "";
        return element.ValueKind == JsonValueKind.String && TryReadText(element.GetString()!, out value);
    }

    public override bool TryReadText(string text, out string value)
    {
        value = "";
        var trimmed = text.Trim().Trim('/');
        if (trimmed.Length == 0) return true;
        foreach (var segment in trimmed.Split('/'))
        {
            if (segment is "" or "." or "..") return false;
            foreach (var letter in segment)
            {
                if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '.' or '_' or '~')) return false;
            }
        }

        value = "/" + trimmed;
        return true;
    }

    public override string Display(string value) => value.Length == 0 ? "/" : value;
}
