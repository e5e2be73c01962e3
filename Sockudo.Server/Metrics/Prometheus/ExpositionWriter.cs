using System.Buffers;
using System.Globalization;
using System.Text;

namespace Sockudo.Server.Metrics.Prometheus;

/// <summary>Writes metric families in Prometheus' text format 0.0.4.</summary>
/// <remarks>https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format</remarks>
internal sealed class ExpositionWriter(IBufferWriter<byte> output)
{
    // The longest shortest-round-trip double has 24 characters.
    private const int LongestNumber = 32;

    /// <summary>Writes HELP and TYPE, then each series. A family without series is written too: it shows that the name exists.</summary>
    public void Write(Family family)
    {
        Text("# HELP ").Text(family.Name).Text(" ").Text(EscapeHelp(family.Help)).Text("\n# TYPE ").Text(family.Name).Text(family.Kind switch
        {
            FamilyKind.Counter => " counter\n",
            FamilyKind.Histogram => " histogram\n",
            _ => " gauge\n",
        });

        foreach (var series in family.Collect())
        {
            if (series is HistogramSeries histogram)
            {
                Write(family.Name, histogram);
            }
            else if (series is ValueSeries value)
            {
                Name(family.Name, "", series.Labels, null).Number(value.Value).Text("\n");
            }
        }
    }

    private void Write(string name, HistogramSeries histogram)
    {
        Span<long> cumulative = histogram.Bounds.Length < 64 ? stackalloc long[histogram.Bounds.Length + 1] : new long[histogram.Bounds.Length + 1];
        var sum = histogram.Read(cumulative);
        for (var i = 0; i < cumulative.Length; i++)
        {
            var bound = i < histogram.Bounds.Length ? histogram.Bounds[i] : double.PositiveInfinity;
            Name(name, "_bucket", histogram.Labels, bound).Number(cumulative[i]).Text("\n");
        }

        Name(name, "_sum", histogram.Labels, null).Number(sum).Text("\n");
        Name(name, "_count", histogram.Labels, null).Number(cumulative[^1]).Text("\n");
    }

    private ExpositionWriter Name(string name, string suffix, string labels, double? bound)
    {
        Text(name).Text(suffix);
        if (labels.Length > 0 || bound is not null)
        {
            Text("{").Text(labels);
            if (bound is { } upper)
            {
                Text(labels.Length > 0 ? ",le=\"" : "le=\"").Number(upper).Text("\"");
            }

            Text("}");
        }

        return Text(" ");
    }

    private static string EscapeHelp(string help) => help
        .Replace(@"\", @"\\", StringComparison.Ordinal)
        .Replace("\n", @"\n", StringComparison.Ordinal);

    private ExpositionWriter Text(string text)
    {
        Encoding.UTF8.GetBytes(text, output);
        return this;
    }

    private ExpositionWriter Number(double value)
    {
        if (double.IsInfinity(value))
        {
            return Text(value > 0 ? "+Inf" : "-Inf");
        }

        value.TryFormat(output.GetSpan(LongestNumber), out var written, default, CultureInfo.InvariantCulture);
        output.Advance(written);
        return this;
    }
}
