namespace Sockudo.Server.Metrics.Prometheus;

/// <summary>The tags of one series of an instrument, in the order they were recorded in.</summary>
internal readonly struct TagSet(KeyValuePair<string, object?>[] tags)
{
    private readonly KeyValuePair<string, object?>[] _tags = tags;

    public ReadOnlySpan<KeyValuePair<string, object?>> Span => _tags;
}
