namespace Sockudo.Server.Metrics.Prometheus;

/// <summary>A series of one number: a sum of what was recorded, or the last of it.</summary>
/// <param name="labels"><inheritdoc/></param>
/// <param name="adds">Whether measurements are added up (a counter's increments) or replace each other (a gauge, an observed total).</param>
internal sealed class ValueSeries(string labels, bool adds) : Series(labels)
{
    private double _value;

    public double Value => Volatile.Read(ref _value);

    public override void Record(double value)
    {
        if (adds)
        {
            AtomicDouble.Add(ref _value, value);
        }
        else
        {
            Volatile.Write(ref _value, value);
        }
    }
}
