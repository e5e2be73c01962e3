namespace Sockudo.Server.Http;

/// <summary>
/// The parameters of a query as the signature needs them: keys lower-cased, values URL-decoded, of equal keys the last, sorted by
/// the bytes of the key. Immutable.
/// </summary>
internal sealed class RequestQuery
{
    /// <summary>Most parameters of one request; a legitimate one has less than ten.</summary>
    public const int MaxParameters = 64;

    private static readonly string[] KnownKeys = ["auth_key", "auth_timestamp", "auth_version", "body_md5", "auth_signature", "info", "filter_by_prefix"];

    private readonly List<KeyValuePair<string, string>> _sorted = new(8);

    private RequestQuery()
    {
    }

    /// <summary>The parameters in the order of the signature.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Sorted => _sorted;

    /// <summary>A parameter's value; null when absent. The key is lower case.</summary>
    public string? this[string key]
    {
        get
        {
            foreach (var (name, value) in _sorted)
            {
                if (name == key) return value;
            }

            return null;
        }
    }

    /// <summary>Reads a raw query, with or without its question mark; null when it has too many parameters.</summary>
    public static RequestQuery? Parse(ReadOnlySpan<char> query)
    {
        if (query.StartsWith('?')) query = query[1..];
        var parsed = new RequestQuery();
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            if (pair.IsEmpty) continue;
            var equals = pair.IndexOf('=');
            var key = Key(equals < 0 ? pair : pair[..equals]);
            if (!parsed.Add(key, equals < 0 ? "" : Decode(pair[(equals + 1)..]))) return null;
        }

        return parsed;
    }

    private bool Add(string key, string value)
    {
        var at = _sorted.Count;
        while (at > 0)
        {
            var order = CompareBytes(_sorted[at - 1].Key, key);
            if (order == 0)
            {
                _sorted[at - 1] = new KeyValuePair<string, string>(key, value);
                return true;
            }

            if (order < 0) break;
            at--;
        }

        if (_sorted.Count == MaxParameters) return false;
        _sorted.Insert(at, new KeyValuePair<string, string>(key, value));
        return true;
    }

    private static string Key(ReadOnlySpan<char> raw)
    {
        foreach (var known in KnownKeys)
        {
            if (raw.SequenceEqual(known)) return known;
        }

        return Decode(raw).ToLowerInvariant();
    }

    private static string Decode(ReadOnlySpan<char> raw)
    {
        if (raw.IndexOfAny('%', '+') < 0) return new string(raw);
        return Uri.UnescapeDataString(new string(raw).Replace('+', ' '));
    }

    /// <summary>The order of the UTF-8 bytes, which is that of the code points: UTF-16 differs from it only in where surrogates stand.</summary>
    private static int CompareBytes(string left, string right)
    {
        var at = left.AsSpan().CommonPrefixLength(right);
        if (at == left.Length || at == right.Length) return left.Length - right.Length;
        return Rank(left[at]) - Rank(right[at]);

        static int Rank(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
    }
}
