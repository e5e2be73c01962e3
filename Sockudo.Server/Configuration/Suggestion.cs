namespace Sockudo.Server.Configuration;

/// <summary>Finds the known name a misspelt one was meant to be. Pure.</summary>
internal static class Suggestion
{
    private const int UsualLength = 128;

    /// <summary>The nearest of the known names, or null when none is near; camelCase counts as snake_case.</summary>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        var wanted = new char[name.Length].AsSpan();
        wanted = wanted[..Normalise(name, wanted)];
        Span<char> usual = stackalloc char[UsualLength];
        string? best = null;
        var bestDistance = 1 + Math.Max(1, wanted.Length / 3);
        foreach (var candidate in known)
        {
            var other = candidate.Length <= UsualLength ? usual : new char[candidate.Length];
            other = other[..Normalise(candidate, other)];
            if (Math.Abs(wanted.Length - other.Length) >= bestDistance) continue;
            var distance = Distance(wanted, other, bestDistance);
            if (distance >= bestDistance) continue;
            best = candidate;
            bestDistance = distance;
        }

        return best;
    }

    /// <summary>Whether two names differ by so many mistakes at most; camelCase counts as snake_case.</summary>
    public static bool IsWithin(string name, string other, int mistakes)
    {
        var a = new char[name.Length].AsSpan();
        var b = new char[other.Length].AsSpan();
        return Distance(a[..Normalise(name, a)], b[..Normalise(other, b)], mistakes + 1) <= mistakes;
    }

    /// <summary>
    /// The known path nearest to an unknown one: a sibling with a similar name, else the same name elsewhere, else a similar path.
    /// </summary>
    public static string? NearestPath(string path, IReadOnlyCollection<string> known)
    {
        var dot = path.LastIndexOf('.');
        var parent = dot < 0 ? "" : path[..(dot + 1)];
        var name = path[(dot + 1)..];
        var siblings = known.Where(other => other.StartsWith(parent, StringComparison.Ordinal)).Select(other => Segment(other, parent.Length)).Distinct();
        if (Nearest(name, siblings) is { } sibling) return parent + sibling;
        var section = path.Split('.')[0] + ".";

        // Of the same name elsewhere the own section's is nearest, then what most people mean: the database itself.
        return known.Where(other => other.EndsWith("." + name, StringComparison.Ordinal))
            .OrderByDescending(other => other.StartsWith(section, StringComparison.Ordinal))
            .ThenByDescending(static other => other.StartsWith("database.", StringComparison.Ordinal))
            .ThenBy(static other => other, StringComparer.Ordinal)
            .FirstOrDefault() ?? Nearest(path, known);
    }

    private static string Segment(string path, int start)
    {
        var end = path.IndexOf('.', start);
        return end < 0 ? path[start..] : path[start..end];
    }

    /// <summary>Writes the name in lower case without what separates words; returns the length.</summary>
    private static int Normalise(ReadOnlySpan<char> name, Span<char> normalised)
    {
        var length = 0;
        foreach (var character in name)
        {
            if (character is not ('_' or '-')) normalised[length++] = char.ToLowerInvariant(character);
        }

        return length;
    }

    // Levenshtein's distance, with two swapped letters as one mistake, as far as it is below the limit. Three rows are all it looks at.
    private static int Distance(ReadOnlySpan<char> a, ReadOnlySpan<char> b, int limit)
    {
        var width = b.Length + 1;
        Span<int> rows = width <= UsualLength ? stackalloc int[3 * UsualLength] : new int[3 * width];
        var (before, last, row) = (0, width, 2 * width);
        for (var j = 0; j < width; j++) rows[last + j] = j;
        var lowestBefore = 0;
        for (var i = 1; i <= a.Length; i++)
        {
            var lowest = rows[row] = i;
            for (var j = 1; j < width; j++)
            {
                var replace = rows[last + j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                var cost = Math.Min(replace, Math.Min(rows[last + j], rows[row + j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) cost = Math.Min(cost, rows[before + j - 2] + 1);
                rows[row + j] = cost;
                lowest = Math.Min(lowest, cost);
            }

            // A swap looks two rows back.
            if (lowest >= limit && lowestBefore >= limit) return limit;
            lowestBefore = lowest;
            (before, last, row) = (last, row, before);
        }

        return rows[last + b.Length];
    }
}
