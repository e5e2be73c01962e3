using System.Globalization;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>What one client has received of one numbered channel. Every repetition, hole and inversion is a violation at once. Used under its client's lock.</summary>
internal sealed class ChannelView(ChannelRecord.Mark start)
{
    private readonly List<(int Generation, int First, int Last)> _runs = [];

    /// <summary>The last number of a generation; -1 when there is none.</summary>
    public int Last(int generation) => _runs.Count > 0 && _runs[^1].Generation == generation ? _runs[^1].Last : -1;

    /// <summary>Events that are missing where they may be.</summary>
    public int PassedOver { get; private set; }

    /// <summary>Takes an event's data, which is the text that <see cref="ChannelRecord.Take"/> gave and perhaps a blank and ballast; answers what is wrong with it, or null.</summary>
    /// <param name="mayPassOver">Whether a hole is counted instead.</param>
    public string? Take(string data, bool mayPassOver = false)
    {
        var colon = data.IndexOf(':', StringComparison.Ordinal);
        var end = data.IndexOf(' ', StringComparison.Ordinal);
        var (generation, number) = (Parse(data.AsSpan(0, colon)), Parse(data.AsSpan(colon + 1, (end < 0 ? data.Length : end) - colon - 1)));
        if (_runs.Count == 0 || generation > _runs[^1].Generation)
        {
            _runs.Add((generation, number, number));
            // An event published before the subscription was confirmed may or may not come.
            return generation > start.Generation ? (number == 0 ? null : $"{data} is the first of its generation")
                : generation < start.Generation || number <= start.Next ? null
                : $"{data} is the first, {start.Next} was the next to be sent when the subscription was confirmed";
        }

        var (known, first, last) = _runs[^1];
        if (generation == known && number == last + 1)
        {
            _runs[^1] = (known, first, number);
            return null;
        }

        if (generation == known && number > last)
        {
            _runs[^1] = (known, first, number);
            if (mayPassOver)
            {
                PassedOver += number - last - 1;
                return null;
            }
        }

        return $"{data} after {known}:{last}";
    }

    /// <summary>What is missing at the end, when the publisher rests; null when it is complete. Adds to <paramref name="taken"/> what a death took.</summary>
    public string? Missing(ChannelRecord record, ref int taken)
    {
        var now = record.Now;
        for (var generation = start.Generation; generation <= now.Generation; generation++)
        {
            var run = _runs.FindIndex(candidate => candidate.Generation == generation);
            var last = run >= 0 ? _runs[run].Last : generation == start.Generation ? start.Next - 1 : -1;
            if (generation == now.Generation)
            {
                return last >= record.Confirmed ? null : $"{record.Name}: {generation}:{last} is the last, {record.Confirmed} was confirmed";
            }

            var (confirmed, mayMiss) = record.EndedGeneration(generation);
            if (last < confirmed - mayMiss)
            {
                return $"{record.Name}: of generation {generation} {last} is the last, {confirmed} was confirmed, {mayMiss} may be missing";
            }

            taken += Math.Max(0, confirmed - last);
        }

        return null;
    }

    private static int Parse(ReadOnlySpan<char> text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
