using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Sockudo.Server.Apps;

/// <summary>
/// A regular expression that is found in a channel's name in time that grows with the name's length alone: all ways through the pattern
/// are followed at once, each step at most once a character. .NET's own engines are not used for names: one tries, the other
/// (NonBacktracking) takes minutes for nested counted quantifiers. The syntax is .NET's, less what cannot be matched so. Immutable, thread-safe.
/// </summary>
internal sealed class ChannelPattern
{
    /// <summary>The longest pattern. Unit: UTF-16 units.</summary>
    public const int MostCharacters = 1000;

    /// <summary>Most steps a pattern may have, with each counted quantifier written out.</summary>
    public const int MostSteps = 500;

    private static readonly PatternSet WordCharacters = new("[\\w\u200c\u200d]", RegexOptions.None);

    private readonly PatternStep[] _steps;

    private ChannelPattern(PatternStep[] steps) => _steps = steps;

    /// <summary>Reads a pattern; else says what is wrong, and where.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ChannelPattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        pattern = null;
        problem = Check(text);
        if (problem is not null) return false;
        var parser = new PatternParser(text);
        if (parser.Parse() is not { } root)
        {
            problem = $"{parser.Problem} at character {parser.ProblemAt + 1}";
            return false;
        }

        if (PatternProgram.TooLargeAt(root) is { } place)
        {
            problem = $"a pattern of more than {MostSteps} steps, with its repetitions written out, by what begins at character {place + 1}";
            return false;
        }

        pattern = new ChannelPattern(PatternProgram.Of(root));
        return true;
    }

    /// <summary>Whether it is found in a name.</summary>
    public bool IsMatch(string name)
    {
        Span<int> now = stackalloc int[_steps.Length];
        Span<int> next = stackalloc int[_steps.Length];
        Span<int> pending = stackalloc int[_steps.Length + 1];
        Span<int> seenAt = stackalloc int[_steps.Length]; // the place a step was last reached at, plus one
        seenAt.Clear();
        var count = 0;
        for (var at = 0; at <= name.Length; at++)
        {
            // It may begin anywhere.
            if (Reach(0, name, at, now, ref count, pending, seenAt)) return true;
            if (at == name.Length) return false;
            var nextCount = 0;
            for (var i = 0; i < count; i++)
            {
                if (!_steps[now[i]].Set!.Contains(name[at])) continue;
                if (Reach(now[i] + 1, name, at + 1, next, ref nextCount, pending, seenAt)) return true;
            }

            var last = now;
            now = next;
            next = last;
            count = nextCount;
        }

        return false;
    }

    // Adds what is reached without a character; true at the end of the pattern.
    private bool Reach(int step, string name, int at, Span<int> reached, ref int count, Span<int> pending, Span<int> seenAt)
    {
        var top = 0;
        pending[top++] = step;
        while (top > 0)
        {
            var index = pending[--top];
            if (seenAt[index] == at + 1) continue;
            seenAt[index] = at + 1;
            var one = _steps[index];
            switch (one.Kind)
            {
                case PatternStepKind.Character:
                    reached[count++] = index;
                    break;
                case PatternStepKind.End:
                    return true;
                case PatternStepKind.Jump:
                    pending[top++] = one.Target;
                    break;
                case PatternStepKind.Split:
                    // Each step is seen once, and adds one more than it takes away: there is room.
                    pending[top++] = one.Target;
                    pending[top++] = index + 1;
                    break;
                default:
                    if (Holds(one.Kind, name, at)) pending[top++] = index + 1;
                    break;
            }
        }

        return false;
    }

    private static bool Holds(PatternStepKind kind, string name, int at) => kind switch
    {
        PatternStepKind.Beginning => at == 0,
        PatternStepKind.BeginningOfLine => at == 0 || name[at - 1] == '\n',
        PatternStepKind.VeryEnd => at == name.Length,
        PatternStepKind.EndOfName => at == name.Length || (at == name.Length - 1 && name[at] == '\n'),
        PatternStepKind.EndOfLine => at == name.Length || name[at] == '\n',
        PatternStepKind.Boundary => IsBoundary(name, at),
        _ => !IsBoundary(name, at),
    };

    private static bool IsBoundary(string name, int at) =>
        (at > 0 && WordCharacters.Contains(name[at - 1])) != (at < name.Length && WordCharacters.Contains(name[at]));

    private static string? Check(string text)
    {
        if (text.Length > MostCharacters) return $"a pattern of {text.Length} characters, more than {MostCharacters}";
        try
        {
            _ = new Regex(text, RegexOptions.CultureInvariant);
            return null;
        }
        catch (RegexParseException e)
        {
            return $"no regular expression: {e.Error} at character {e.Offset}";
        }
        catch (ArgumentException e)
        {
            return $"no regular expression: {e.Message}";
        }
    }
}
