namespace Sockudo.Server.Http;

/// <summary>
/// The paths that the sender of a request may have signed. SDKs sign the path as they send it or before its characters are encoded, and know
/// it with or without the prefix that a proxy adds or takes off. All of them lead to the same route as the path that was received, so that
/// no signature opens another. At most <see cref="Most"/>. Pure.
/// </summary>
internal ref struct SignedPaths
{
    /// <summary>Most candidates: the path as received and decoded; each as it is, without the prefix, with it.</summary>
    public const int Most = 6;

    private readonly ReadOnlySpan<char> _raw;
    private readonly string? _decoded;
    private readonly string _prefix;
    private int _next;

    /// <param name="raw">The path as received.</param>
    /// <param name="prefix">The configured prefix, without a trailing slash; empty for none.</param>
    public SignedPaths(ReadOnlySpan<char> raw, string prefix)
    {
        _raw = raw;
        _prefix = prefix;
        _decoded = Decode(raw);
    }

    /// <summary>A candidate. Valid until the next one.</summary>
    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>Goes to the next candidate; false after the last.</summary>
    public bool MoveNext()
    {
        while (_next < Most)
        {
            var form = _next++;
            if (form >= Most / 2 && _decoded is null) return false;
            var path = form < Most / 2 ? _raw : _decoded;
            var inner = WithoutPrefix(path);
            switch (form % (Most / 2))
            {
                case 0:
                    Current = path;
                    return true;
                case 1 when inner.Length < path.Length:
                    Current = inner;
                    return true;
                case 2 when _prefix.Length > 0 && !(inner.Length < path.Length && path.StartsWith(_prefix, StringComparison.Ordinal)):
                    Current = string.Concat(_prefix, inner);
                    return true;
            }
        }

        return false;
    }

    private readonly ReadOnlySpan<char> WithoutPrefix(ReadOnlySpan<char> path)
    {
        if (_prefix.Length == 0 || !path.StartsWith(_prefix, StringComparison.OrdinalIgnoreCase)) return path;
        var inner = path[_prefix.Length..];
        return inner.StartsWith('/') ? inner : path;
    }

    // What decodes to a character that has a meaning in a path is good as it was sent only: decoded it would be the path of another route.
    // Decoding makes no slash then, and so no empty segment either.
    private static string? Decode(ReadOnlySpan<char> raw)
    {
        if (!raw.Contains('%')) return null;
        var decoded = Uri.UnescapeDataString(raw);
        if (decoded.AsSpan().ContainsAny('%', '?', '#')) return null;
        if (decoded.AsSpan().Count('/') != raw.Count('/') || decoded.AsSpan().IndexOfAnyInRange('\0', '\u001f') >= 0) return null;
        return decoded.AsSpan().IndexOfAnyInRange('\u007f', '\u009f') >= 0 ? null : decoded;
    }
}
