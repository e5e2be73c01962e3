using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sockudo.Server.Configuration.Values;

/// <summary>
/// The one reader of texts that are taken as they stand, whatever source they come from. Files and secret stores leave a line end
/// behind a text, which is never meant; other white space and quotes may be, so they stay and are told. Pure.
/// </summary>
internal static class ConfiguredText
{
    /// <summary>The text without line ends behind it.</summary>
    public static string Read(string raw) => raw.TrimEnd('\r', '\n');

    /// <summary>What is probably not meant, as the end of a sentence that begins with the key; null when nothing is.</summary>
    public static string? Remark(string text)
    {
        if (text.Length == 0) return null;
        var (begins, ends) = (IsSpace(text[0]), IsSpace(text[^1]));
        if (begins && ends) return "begins and ends with white space";
        if (begins) return "begins with white space";
        if (ends) return "ends with white space";
        return text.Length > 1 && text[0] == text[^1] && text[0] is '"' or '\'' ? "has quotes around the whole value" : null;
    }

    /// <summary>The text as a person would write it, in quotes when it could not be told from another without them.</summary>
    public static string Display(string text) =>
        text.Length == 0 || Remark(text) is not null || text.AsSpan().IndexOfAnyInRange('\0', '\u001f') >= 0
            ? $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\""
            : text;

    /// <summary>The place and code of the first control character; null when there is none.</summary>
    public static string? ControlCharacter(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i])) return $"a control character (U+{(int)text[i]:X4}) at position {i + 1}";
        }

        return null;
    }

    // Also what an editor does not show: a byte order mark, a space without width.
    private static bool IsSpace(char character) => char.IsWhiteSpace(character) || character is '\uFEFF' or '\u200B';
}
