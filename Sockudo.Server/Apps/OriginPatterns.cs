namespace Sockudo.Server.Apps;

/// <summary>
/// The origins that are let in, by an app (<c>allowed_origins</c>) or by CORS (<c>cors.origin</c>): each pattern is compared with the
/// parts of an origin, never with its text. <c>*</c> or <c>any</c> is everybody, <c>null</c> the origin browsers write as that word.
/// Immutable, thread-safe.
/// </summary>
internal sealed class OriginPatterns
{
    private readonly OriginPattern[] _patterns;
    private readonly bool _allowsNull;

    private OriginPatterns(OriginPattern[] patterns, bool isAny, bool allowsNull)
    {
        _patterns = patterns;
        IsAny = isAny;
        _allowsNull = allowsNull;
    }

    /// <summary>Whether everybody is let in, also who names no origin.</summary>
    public bool IsAny { get; }

    /// <summary>Reads patterns; an empty list is null, which allows any origin.</summary>
    /// <exception cref="FormatException">A pattern is malformed; the message says which and why.</exception>
    public static OriginPatterns? Parse(IReadOnlyCollection<string>? texts)
    {
        if (texts is null || texts.Count == 0) return null;
        var patterns = new List<OriginPattern>(texts.Count);
        var (isAny, allowsNull) = (false, false);
        foreach (var text in texts)
        {
            var word = text.Trim().ToLowerInvariant();
            if (word is "*" or "any") isAny = true;
            else if (word is "null") allowsNull = true;
            else if (OriginPattern.TryParse(word, out var pattern, out var defect)) patterns.Add(pattern);
            else throw new FormatException($"origin pattern '{text}' {defect}");
        }

        return new OriginPatterns([.. patterns], isAny, allowsNull);
    }

    /// <summary>What is wrong with a pattern; null when nothing is.</summary>
    public static string? Defect(string text)
    {
        try
        {
            Parse([text]);
            return null;
        }
        catch (FormatException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>Whether the value of an Origin header is allowed. None, and anything that is no origin, is allowed to nobody but <c>*</c>.</summary>
    public bool Allows(ReadOnlySpan<char> origin)
    {
        if (IsAny) return true;
        if (origin is "null") return _allowsNull;
        if (!OriginUrl.TryParse(origin, out var url)) return false;
        foreach (var pattern in _patterns)
        {
            if (pattern.Matches(url)) return true;
        }

        return false;
    }
}
