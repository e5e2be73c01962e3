namespace Sockudo.Server.Metrics;

/// <summary>A counter that lives in a dictionary of labels. Thread-safe.</summary>
internal sealed class LabelCounter
{
    private long _value;

    public long Value => Volatile.Read(ref _value);

    public void Increment() => Interlocked.Increment(ref _value);

    public void Add(long amount) => Interlocked.Add(ref _value, amount);
}
