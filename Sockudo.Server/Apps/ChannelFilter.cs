using System.Text.RegularExpressions;

namespace Sockudo.Server.Apps;

/// <summary>Which channels a webhook is about: everything that is given must hold. Immutable, thread-safe.</summary>
internal sealed class ChannelFilter
{
    // For patterns that can only be matched by trying (lookarounds, back references).
    private static readonly TimeSpan LongestMatch = TimeSpan.FromMilliseconds(50);

    private readonly string? _prefix;
    private readonly string? _suffix;
    private readonly Regex? _pattern;
    private readonly bool _matchesNothing;

    /// <param name="prefix">What the name begins with; null is anything.</param>
    /// <param name="suffix">What the name ends with; null is anything.</param>
    /// <param name="pattern">A regular expression that is found in the name; null is anything, one that cannot be read matches no name.</param>
    public ChannelFilter(string? prefix, string? suffix, string? pattern)
    {
        _prefix = prefix;
        _suffix = suffix;
        if (pattern is null) return;
        _pattern = Parse(pattern);
        _matchesNothing = _pattern is null;
    }

    /// <summary>Whether the channel's name fits.</summary>
    public bool Matches(string channel)
    {
        if (_matchesNothing) return false;
        if (_prefix is not null && !channel.StartsWith(_prefix, StringComparison.Ordinal)) return false;
        if (_suffix is not null && !channel.EndsWith(_suffix, StringComparison.Ordinal)) return false;
        return _pattern is null || IsMatch(_pattern, channel);
    }

    /// <summary>Whether a text is a regular expression.</summary>
    public static bool IsPattern(string pattern) => Parse(pattern) is not null;

    private static bool IsMatch(Regex pattern, string channel)
    {
        try
        {
            return pattern.IsMatch(channel);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static Regex? Parse(string pattern)
    {
        // The parser throws; here a wrong pattern is an ordinary answer, and one without linear time is matched with a limit.
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, LongestMatch);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
