namespace Sockudo.Server.Metrics.Prometheus;

/// <summary>
/// Compares tag sets, and lets a dictionary be asked with the span a measurement arrives with: finding the series of a measurement
/// allocates nothing.
/// </summary>
internal sealed class TagSetComparer : IEqualityComparer<TagSet>, IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, TagSet>
{
    public bool Equals(TagSet x, TagSet y) => Equal(x.Span, y.Span);

    public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, TagSet other) => Equal(alternate, other.Span);

    public int GetHashCode(TagSet obj) => GetHashCode(obj.Span);

    public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
    {
        var hash = default(HashCode);
        foreach (var tag in alternate)
        {
            hash.Add(tag.Value?.GetHashCode() ?? 0);
        }

        return hash.ToHashCode();
    }

    public TagSet Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate) => new(alternate.ToArray());

    private static bool Equal(ReadOnlySpan<KeyValuePair<string, object?>> left, ReadOnlySpan<KeyValuePair<string, object?>> right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        for (var i = 0; i < left.Length; i++)
        {
            if (!string.Equals(left[i].Key, right[i].Key, StringComparison.Ordinal) || !Equals(left[i].Value, right[i].Value))
            {
                return false;
            }
        }

        return true;
    }
}
