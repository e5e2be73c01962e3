using System.Globalization;
using System.Text;

namespace Sockudo.Server.Protocol;

/// <summary>
/// Text a client sent, for a log line: control characters, line and paragraph separators and invisible format characters are written as escapes,
/// so that nobody can write a log line of his own or send a terminal commands. Costs nothing until it is printed.
/// </summary>
internal readonly struct LoggedText(string text)
{
    private const int MaxLength = 200;

    public override string ToString()
    {
        var shown = text.Length > MaxLength ? text.AsSpan(0, MaxLength) : text;
        var written = new StringBuilder(shown.Length);
        foreach (var rune in shown.EnumerateRunes())
        {
            if (IsPlain(rune)) written.Append(rune.ToString());
            else written.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
        }

        return shown.Length < text.Length ? written.Append("...").ToString() : written.ToString();
    }

    private static bool IsPlain(Rune rune) => rune.Value != '\\' && Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
