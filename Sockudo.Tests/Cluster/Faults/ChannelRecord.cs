using System.Globalization;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>
/// What the publisher of one channel has sent: numbers from 0, in generations. A generation ends only when the node it is published
/// on dies or leaves, so that its last numbers, which nobody confirmed, can be counted apart. Thread-safe.
/// </summary>
internal sealed class ChannelRecord(string name)
{
    private readonly Lock _gate = new();
    private readonly List<Ended> _ended = [];
    private int _next;
    private int _confirmed = -1;

    /// <summary>A generation that is over: the highest number answered with 200, and how many of the last the death may have taken.</summary>
    internal readonly record struct Ended(int Confirmed, int MayMiss);

    /// <summary>Generation and the next number to be sent.</summary>
    internal readonly record struct Mark(int Generation, int Next);

    public string Name => name;

    /// <summary>Whether events may be missing, to be counted: only where the test makes a loss.</summary>
    public bool MayPassOver { get; set; }

    public Mark Now
    {
        get
        {
            lock (_gate)
            {
                return new Mark(_ended.Count, _next);
            }
        }
    }

    /// <summary>How many were answered with 200, in all generations.</summary>
    public long Total { get; private set; }

    public int Confirmed
    {
        get
        {
            lock (_gate)
            {
                return _confirmed;
            }
        }
    }

    public Ended EndedGeneration(int generation)
    {
        lock (_gate)
        {
            return _ended[generation];
        }
    }

    /// <summary>Gives the next number, as the text that is published.</summary>
    public string Take(out int number)
    {
        lock (_gate)
        {
            number = _next++;
            return string.Create(CultureInfo.InvariantCulture, $"{_ended.Count}:{number}");
        }
    }

    public void Confirm(int number)
    {
        lock (_gate)
        {
            _confirmed = Math.Max(_confirmed, number);
            Total++;
        }
    }

    public void EndGeneration(int mayMiss)
    {
        lock (_gate)
        {
            _ended.Add(new Ended(_confirmed, mayMiss));
            (_next, _confirmed) = (0, -1);
        }
    }
}
