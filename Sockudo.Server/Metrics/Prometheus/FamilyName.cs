using System.Diagnostics.Metrics;

namespace Sockudo.Server.Metrics.Prometheus;

/// <summary>The name of an instrument's family.</summary>
internal static class FamilyName
{
    private const string ProcessPrefix = "process.";

    /// <summary>
    /// An instrument of ours keeps its name exactly, behind the configured prefix; one of the process has none; one of the runtime gets
    /// the unit and "_total" that Prometheus' naming rules ask for.
    /// </summary>
    public static string Of(Instrument instrument, FamilyKind kind, string prefix)
    {
        if (instrument.Name.StartsWith(ServerMetrics.InstrumentPrefix, StringComparison.Ordinal))
        {
            return Sanitize(prefix + instrument.Name[ServerMetrics.InstrumentPrefix.Length..]);
        }

        return IsOfProcess(instrument)
            ? Sanitize(instrument.Name)
            : Sanitize(instrument.Name) + UnitSuffix(instrument.Unit) + (kind == FamilyKind.Counter ? "_total" : "");
    }

    /// <summary>Whether it is one of the process_* metrics, which by custom carry no labels.</summary>
    public static bool IsOfProcess(Instrument instrument) => instrument.Name.StartsWith(ProcessPrefix, StringComparison.Ordinal);

    /// <summary>Replaces what may not stand in the name of a metric or label by underscores.</summary>
    public static string Sanitize(string name)
    {
        var clean = string.Create(name.Length, name, static (target, source) =>
        {
            for (var i = 0; i < target.Length; i++)
            {
                target[i] = char.IsAsciiLetterOrDigit(source[i]) ? source[i] : '_';
            }
        });
        return clean.Length == 0 || char.IsAsciiDigit(clean[0]) ? "_" + clean : clean;
    }

    // Annotations such as {collection} are no units, and of a dimensionless "1" nothing can be said.
    private static string UnitSuffix(string? unit) => unit switch
    {
        "By" => "_bytes",
        "s" => "_seconds",
        "ms" => "_milliseconds",
        _ => "",
    };
}
