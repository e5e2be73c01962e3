namespace Sockudo.Server.Metrics.Prometheus;

/// <summary>One series of a family: its labels, already in text form, and its value. Recording is lock-free and thread-safe.</summary>
/// <param name="labels">The labels in text form without braces, sorted by name; empty when there are none.</param>
internal abstract class Series(string labels)
{
    public string Labels { get; } = labels;

    /// <summary>The scrape an observable instrument last reported this series in; written by the scrape alone.</summary>
    public long SeenIn { get; set; }

    /// <summary>Adds the measurement to what was recorded before, by the rule of the instrument's kind.</summary>
    public abstract void Record(double value);
}
