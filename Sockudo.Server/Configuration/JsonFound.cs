using System.Text.Json;
using Sockudo.Server.Configuration.Keys;

namespace Sockudo.Server.Configuration;

/// <summary>Says what stands in a file, for "expected …, found …".</summary>
internal static class JsonFound
{
    private const int Longest = 60;

    /// <summary>The value's type and, when it may be shown, the value itself, shortened.</summary>
    public static string Describe(JsonElement element, Secrecy secrecy = Secrecy.None)
    {
        var value = secrecy == Secrecy.None ? " " + Shorten(element.GetRawText()) : "";
        return element.ValueKind switch
        {
            JsonValueKind.String => "the text" + value,
            JsonValueKind.Number => "the number" + value,
            JsonValueKind.True or JsonValueKind.False => "the boolean" + value,
            JsonValueKind.Null => "null",
            JsonValueKind.Array => "the list" + value,
            _ => "an object",
        };
    }

    private static string Shorten(string text) => text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest), "…");
}
