using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Sockudo.Server.Metrics.Prometheus;

/// <summary>
/// A metric family: what one instrument has measured, by label set. Recording is lock-free once a series exists and thread-safe.
/// </summary>
internal sealed class Family
{
    /// <summary>Prometheus' and OpenTelemetry's customary bounds, for a histogram that advises none.</summary>
    private static readonly double[] DefaultBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly ConcurrentDictionary<TagSet, Series> _byTags = new(new TagSetComparer());
    private readonly ConcurrentDictionary<TagSet, Series>.AlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>> _bySpan;
    private readonly ConcurrentDictionary<string, Series> _byLabels = new(StringComparer.Ordinal);
    private readonly string? _port;
    private readonly bool _adds;
    private readonly double[] _bounds;
    private long _scrape;

    public Family(Instrument instrument, string name, FamilyKind kind, string? port)
    {
        _bySpan = _byTags.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        _port = port;
        _adds = !instrument.IsObservable && InstrumentKinds.Adds(instrument);
        _bounds = InstrumentKinds.Bounds(instrument) ?? DefaultBounds;
        Name = name;
        Kind = kind;
        Help = instrument.Description ?? "";
        Observable = instrument.IsObservable;
    }

    public string Name { get; }

    public FamilyKind Kind { get; }

    public string Help { get; }

    /// <summary>Whether its series are reported anew at each scrape; those that are not reported any more disappear.</summary>
    public bool Observable { get; }

    /// <summary>Takes one measurement.</summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!_bySpan.TryGetValue(tags, out var series))
        {
            series = Add(tags);
        }

        if (Observable)
        {
            series.SeenIn = _scrape;
        }

        series.Record(value);
    }

    /// <summary>Tells which scrape the observable instruments' next measurements belong to. Called by one scrape at a time.</summary>
    public void Begin(long scrape) => _scrape = scrape;

    /// <summary>The series to write, sorted by their labels. Called by one scrape at a time.</summary>
    public List<Series> Collect()
    {
        var current = new List<Series>();
        foreach (var (_, series) in _byLabels)
        {
            if (!Observable || series.SeenIn == _scrape)
            {
                current.Add(series);
            }
        }

        current.Sort(static (left, right) => string.CompareOrdinal(left.Labels, right.Labels));
        return current;
    }

    // Two orders of the same tags are two tag sets and one series: a scrape with a series twice is rejected as a whole.
    private Series Add(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = LabelText.Render(tags, _port);
        var series = _byLabels.GetOrAdd(
            labels,
            static (text, family) => family.Kind == FamilyKind.Histogram
                ? new HistogramSeries(text, family._bounds)
                : new ValueSeries(text, family._adds),
            this);
        return _byTags.GetOrAdd(new TagSet(tags.ToArray()), series);
    }
}
