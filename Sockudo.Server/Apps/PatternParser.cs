using System.Text.RegularExpressions;

namespace Sockudo.Server.Apps;

/// <summary>
/// Reads .NET's syntax of regular expressions, less what cannot be matched in linear time. The text is known to be one .NET takes. Used
/// once, by one thread.
/// </summary>
internal sealed partial class PatternParser(string text)
{
    private int _at;
    private RegexOptions _options;

    /// <summary>What was found that is not taken.</summary>
    public string? Problem { get; private set; }

    /// <summary>Where it stands.</summary>
    public int ProblemAt { get; private set; }

    private bool IsAtEnd => _at >= text.Length;

    private char Current => text[_at];

    /// <summary>The pattern; null with a <see cref="Problem"/>.</summary>
    public PatternNode? Parse()
    {
        var root = Choice();
        if (Problem is null && !IsAtEnd) Refuse("something that cannot be read", _at);
        return Problem is null ? root : null;
    }

    private PatternNode Choice()
    {
        var start = _at;
        List<PatternNode> choices = [];
        while (true)
        {
            choices.Add(Sequence());
            if (Problem is not null || IsAtEnd || Current != '|') break;
            _at++;
        }

        return choices.Count == 1 ? choices[0] : new PatternChoice(start, choices);
    }

    private PatternSequence Sequence()
    {
        var start = _at;
        List<PatternNode> parts = [];
        while (Problem is null)
        {
            SkipBlanks();
            if (IsAtEnd || Current is '|' or ')') break;
            if (Part() is not { } part) continue;
            SkipBlanks();
            parts.Add(Quantified(part));
        }

        return new PatternSequence(start, parts);
    }

    // Null for what stands for nothing: options.
    private PatternNode? Part() => Current switch
    {
        '(' => Group(),
        '[' => Class(),
        '\\' => Escape(),
        '^' => Place(_options.HasFlag(RegexOptions.Multiline) ? PatternStepKind.BeginningOfLine : PatternStepKind.Beginning),
        '$' => Place(_options.HasFlag(RegexOptions.Multiline) ? PatternStepKind.EndOfLine : PatternStepKind.EndOfName),
        '.' => Element(1, "."),
        _ => Element(1, Regex.Escape(text.Substring(_at, 1))),
    };

    private PatternElement Place(PatternStepKind kind, int length = 1)
    {
        var start = _at;
        _at += length;
        return new PatternElement(start, kind, null);
    }

    private PatternElement Element(int length, string element)
    {
        var start = _at;
        _at += length;
        return new PatternElement(start, PatternStepKind.Character, new PatternSet(element, _options & ~RegexOptions.IgnorePatternWhitespace));
    }

    private PatternNode? Group()
    {
        var start = _at;
        var before = _options;
        _at++;
        if (!IsAtEnd && Current == '?')
        {
            if (Refused() is { } what)
            {
                Refuse(what, start);
                return null;
            }

            if (OpenGroup(start)) return null;
        }

        if (Problem is not null) return null;
        var inner = Choice();
        _at++;
        _options = before;
        return inner;
    }

    // Behind "(?": steps over what a group begins with. True when it was options for what follows, and no group.
    private bool OpenGroup(int start)
    {
        _at++;
        if (Current is '<' or '\'')
        {
            var end = text.IndexOf(Current == '<' ? '>' : '\'', _at + 1);
            if (text.AsSpan(_at, end - _at).Contains('-')) Refuse("a balancing group", start);
            _at = end + 1;
            return false;
        }

        var isOn = true;
        for (; Current is not (':' or ')'); _at++)
        {
            if (Current is '+' or '-') isOn = Current == '+';
            else Set(Current, isOn);
        }

        return text[_at++] == ')';
    }

    private void Set(char letter, bool isOn)
    {
        var option = char.ToLowerInvariant(letter) switch
        {
            'i' => RegexOptions.IgnoreCase,
            'm' => RegexOptions.Multiline,
            's' => RegexOptions.Singleline,
            'x' => RegexOptions.IgnorePatternWhitespace,
            _ => RegexOptions.None,
        };
        _options = isOn ? _options | option : _options & ~option;
    }

    private string? Refused()
    {
        var rest = text.AsSpan(_at);
        if (rest.StartsWith("?=", StringComparison.Ordinal)) return "a lookahead (?=";
        if (rest.StartsWith("?!", StringComparison.Ordinal)) return "a negative lookahead (?!";
        if (rest.StartsWith("?<=", StringComparison.Ordinal)) return "a lookbehind (?<=";
        if (rest.StartsWith("?<!", StringComparison.Ordinal)) return "a negative lookbehind (?<!";
        if (rest.StartsWith("?>", StringComparison.Ordinal)) return "an atomic group (?>";
        return rest.StartsWith("?(", StringComparison.Ordinal) ? "a condition (?(" : null;
    }

    private PatternNode Quantified(PatternNode part)
    {
        if (Problem is not null || IsAtEnd) return part;
        var (least, most, length) = Current switch
        {
            '*' => (0, null, 1),
            '+' => (1, null, 1),
            '?' => (0, 1, 1),
            '{' => Counted(),
            _ => (1, (int?)1, 0),
        };
        if (length == 0) return part;
        _at += length;

        // Whether it takes as much or as little as it can decides where a match ends, not whether there is one.
        if (!IsAtEnd && Current == '?') _at++;
        return new PatternRepetition(part.At, part, least, most);
    }

    // {n}, {n,} and {n,m}; other braces are text.
    private (int Least, int? Most, int Length) Counted()
    {
        var found = Counts().Match(text, _at);
        if (!found.Success) return (1, 1, 0);
        var least = int.Parse(found.Groups["least"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture);
        int? most = !found.Groups["comma"].Success ? least
            : found.Groups["most"].Length > 0 ? int.Parse(found.Groups["most"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) : null;
        return (least, most, found.Length);
    }

    private void SkipBlanks()
    {
        while (!IsAtEnd)
        {
            var isSpaced = _options.HasFlag(RegexOptions.IgnorePatternWhitespace);
            if (isSpaced && Current is ' ' or (>= '\t' and <= '\r')) _at++;
            else if (isSpaced && Current == '#') SkipTo('\n');
            else if (text.AsSpan(_at).StartsWith("(?#", StringComparison.Ordinal)) SkipTo(')');
            else return;
        }
    }

    private void SkipTo(char end)
    {
        var found = text.IndexOf(end, _at);
        _at = found < 0 ? text.Length : found + 1;
    }

    private void Refuse(string what, int at)
    {
        if (Problem is not null) return;
        (Problem, ProblemAt) = (what, at);
        _at = text.Length;
    }

    [GeneratedRegex(@"\G\{(?<least>[0-9]{1,10})(?<comma>,(?<most>[0-9]{0,10}))?\}", RegexOptions.CultureInvariant)]
    private static partial Regex Counts();
}
