namespace Sockudo.Server.Metrics;

/// <summary>How often one limiter was asked and how often it refused. Thread-safe.</summary>
internal sealed class RateLimitCounter
{
    public LabelCounter Checks { get; } = new();

    public LabelCounter Triggered { get; } = new();

    public void Checked(bool triggered)
    {
        Checks.Increment();
        if (triggered)
        {
            Triggered.Increment();
        }
    }
}
