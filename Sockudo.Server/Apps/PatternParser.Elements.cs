using System.Text.RegularExpressions;

namespace Sockudo.Server.Apps;

/// <summary>Escapes and classes.</summary>
internal sealed partial class PatternParser
{
    private PatternElement? Escape()
    {
        var start = _at;
        var letter = text[_at + 1];
        switch (letter)
        {
            case 'A':
                return Place(PatternStepKind.Beginning, 2);
            case 'z':
                return Place(PatternStepKind.VeryEnd, 2);
            case 'Z':
                return Place(PatternStepKind.EndOfName, 2);
            case 'b':
                return Place(PatternStepKind.Boundary, 2);
            case 'B':
                return Place(PatternStepKind.NoBoundary, 2);
            case 'G':
                Refuse("\\G", start);
                return null;
            case 'k' or (>= '1' and <= '9'):
                Refuse($"a reference to a group (\\{letter})", start);
                return null;
            default:
                var element = OneCharacter().Match(text, _at).Value;
                return Element(element.Length, element);
        }
    }

    private PatternElement? Class()
    {
        var start = _at;
        var end = EndOfClass(_at);
        var element = text[start..end];

        // .NET steps over these as over nothing, which is nobody's wish.
        if (!element.Contains("[:", StringComparison.Ordinal)) return Element(element.Length, element);
        Refuse("a class with [:", start);
        return null;
    }

    private int EndOfClass(int start)
    {
        var at = start + 1;
        if (text[at] == '^') at++;
        for (var first = at; at < text.Length; at++)
        {
            if (text[at] == '\\') at++;
            else if (text[at] == ']' && at > first) return at + 1;
            else if (text[at] == '-' && at > first && at + 1 < text.Length && text[at + 1] == '[') at = EndOfClass(at + 1) - 1;
        }

        return text.Length;
    }

    [GeneratedRegex(@"\G\\(?:[pP]\{[^}]*\}|x.{2}|u.{4}|c.|0[0-7]{0,2}|.)", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex OneCharacter();
}
