namespace Sockudo.Server.Apps;

/// <summary>
/// The origins an app accepts: <c>*</c> or <c>any</c>, an exact origin, a host without a scheme, or a pattern with one star
/// (<c>*.example.com</c> also matches the bare domain). Case-insensitive, immutable.
/// </summary>
internal sealed class OriginPatterns
{
    private readonly string[] _patterns;
    private readonly bool _any;

    private OriginPatterns(string[] patterns)
    {
        _patterns = patterns;
        _any = Array.Exists(patterns, static p => p is "*" or "any");
    }

    /// <summary>The patterns as configured, lower-cased.</summary>
    public IReadOnlyList<string> Patterns => _patterns;

    /// <summary>Compiles patterns; an empty list is null, which allows any origin.</summary>
    /// <exception cref="FormatException">A pattern is malformed; the message says which and why.</exception>
    public static OriginPatterns? Parse(IReadOnlyCollection<string>? patterns)
    {
        if (patterns is null || patterns.Count == 0) return null;
        var lowered = new string[patterns.Count];
        var i = 0;
        foreach (var pattern in patterns)
        {
            if (Defect(pattern) is { } defect) throw new FormatException($"origin pattern '{pattern}' {defect}");
            lowered[i++] = pattern.Trim().ToLowerInvariant();
        }

        return new OriginPatterns(lowered);
    }

    /// <summary>Whether an Origin header is allowed. A missing header counts as the empty string.</summary>
    public bool Allows(string? origin)
    {
        if (_any) return true;
        var value = (origin ?? "").ToLowerInvariant();
        return Array.Exists(_patterns, pattern => Matches(pattern, value));
    }

    private static bool Matches(string pattern, string origin)
    {
        if (pattern == origin) return true;
        var separator = origin.IndexOf("://", StringComparison.Ordinal);
        var hasScheme = pattern.Contains("://", StringComparison.Ordinal);
        var candidate = hasScheme || separator < 0 ? origin : origin[(separator + 3)..];
        if (pattern == candidate) return true;
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (star < 0) return false;
        if (pattern.StartsWith("*.", StringComparison.Ordinal) && candidate == pattern[2..]) return true;
        var prefix = pattern.AsSpan(0, star);
        var suffix = pattern.AsSpan(star + 1);
        return candidate.Length >= prefix.Length + suffix.Length
            && candidate.AsSpan().StartsWith(prefix, StringComparison.Ordinal)
            && candidate.AsSpan().EndsWith(suffix, StringComparison.Ordinal);
    }

    private static string? Defect(string pattern)
    {
        var p = pattern.Trim();
        if (p.Length == 0) return "is empty";
        if (p is "*") return null;
        if (p.AsSpan().Count('*') > 1) return "has more than one star";
        var separator = p.IndexOf("://", StringComparison.Ordinal);
        if (separator == 0 || (separator > 0 && separator + 3 == p.Length)) return "has no scheme or no host around ://";
        if (!p.StartsWith("*.", StringComparison.Ordinal)) return null;
        var domain = p[2..];
        return domain.Length == 0 || domain.StartsWith('.') || domain.EndsWith('.') || domain.Contains("..", StringComparison.Ordinal)
            ? "has no valid domain behind '*.'"
            : null;
    }
}
