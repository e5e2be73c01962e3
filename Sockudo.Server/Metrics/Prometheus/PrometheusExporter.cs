using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.IO.Pipelines;

namespace Sockudo.Server.Metrics.Prometheus;

/// <summary>
/// Listens to the instruments of one <see cref="ServerMetrics"/> and of the .NET runtime and writes them as a Prometheus scrape.
/// Measurements are taken lock-free; scrapes are one after another and hold up nobody but each other. Thread-safe.
/// </summary>
internal sealed partial class PrometheusExporter : IDisposable
{
    /// <summary>The Content-Type of a scrape.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>.NET's own meter: garbage collector, thread pool, JIT, exceptions.</summary>
    public const string RuntimeMeterName = "System.Runtime";

    private readonly ConcurrentDictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly Meter _meter;
    private readonly string _prefix;
    private readonly string _port;
    private readonly ILogger<PrometheusExporter> _logger;
    private long _errors;

    // Guards _scrape, and the observable series from the begin of a collection to the end of its writing.
    private readonly Lock _scraping = new();
    private long _scrape;

    /// <summary>Begins to listen; what was recorded on histograms before is not seen.</summary>
    /// <param name="metrics">The instruments to export; those of another server in the same process are not.</param>
    /// <param name="prefix">What the name of each of the server's metrics begins with (<c>metrics.prometheus.prefix</c>).</param>
    /// <param name="port">The metrics port, the label each series carries.</param>
    /// <param name="logger">Where a gauge that cannot be read is reported.</param>
    public PrometheusExporter(ServerMetrics metrics, string prefix, int port, ILogger<PrometheusExporter> logger)
    {
        _meter = metrics.Meter;
        _prefix = prefix;
        _port = port.ToString(CultureInfo.InvariantCulture);
        _logger = logger;
        _meter.CreateObservableCounter(
            ServerMetrics.InstrumentPrefix + "scrape_errors_total",
            () => Volatile.Read(ref _errors),
            "{error}",
            "Scrapes in which a metric could not be read.");

        _listener.InstrumentPublished = Publish;
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => ((Family)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => ((Family)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => ((Family)family!).Record(value, tags));
        _listener.Start();
    }

    /// <summary>Collects and writes one scrape, families sorted by name and series by labels.</summary>
    /// <param name="output">Takes the whole scrape before this returns.</param>
    public void Write(IBufferWriter<byte> output)
    {
        lock (_scraping)
        {
            Collect();
            var writer = new ExpositionWriter(output);
            foreach (var (_, family) in _families.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
            {
                writer.Write(family);
            }
        }
    }

    /// <summary>Writes one scrape and flushes it.</summary>
    public async ValueTask WriteAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        Write(output);
        await output.FlushAsync(cancellationToken);
    }

    /// <summary>Stops listening.</summary>
    public void Dispose() => _listener.Dispose();

    private void Publish(Instrument instrument, MeterListener listener)
    {
        if (!ReferenceEquals(instrument.Meter, _meter) && instrument.Meter.Name != RuntimeMeterName)
        {
            return;
        }

        var kind = InstrumentKinds.Of(instrument);
        var name = FamilyName.Of(instrument, kind, _prefix);
        var family = _families.GetOrAdd(name, _ => new Family(instrument, name, kind, FamilyName.IsOfProcess(instrument) ? null : _port));

        // A second instrument of the same name joins the family unless it is of another kind: one name cannot have two types.
        if (family.Kind == kind && family.Observable == instrument.IsObservable)
        {
            listener.EnableMeasurementEvents(instrument, family);
        }
    }

    private void Collect()
    {
        _scrape++;
        foreach (var (_, family) in _families)
        {
            family.Begin(_scrape);
        }

        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (AggregateException exception)
        {
            // The others were read: a broken gauge must not blind the operator to everything else.
            Interlocked.Increment(ref _errors);
            LogUnreadable(exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A metric could not be read; it is missing from this scrape")]
    private partial void LogUnreadable(Exception exception);
}
