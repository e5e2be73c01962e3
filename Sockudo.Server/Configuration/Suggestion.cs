namespace Sockudo.Server.Configuration;

/// <summary>Finds the known name a misspelt one was meant to be.</summary>
internal static class Suggestion
{
    /// <summary>The nearest of the known names, or null when none is near; camelCase counts as snake_case.</summary>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        var wanted = Normalise(name);
        string? best = null;
        var bestDistance = 1 + Math.Max(1, wanted.Length / 3);
        foreach (var candidate in known)
        {
            var other = Normalise(candidate);
            if (Math.Abs(wanted.Length - other.Length) >= bestDistance) continue;
            var distance = Distance(wanted, other);
            if (distance >= bestDistance) continue;
            best = candidate;
            bestDistance = distance;
        }

        return best;
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

    private static string Normalise(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    // Levenshtein's distance, with two swapped letters as one mistake.
    private static int Distance(string a, string b)
    {
        var costs = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) costs[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) costs[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = costs[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                var cost = Math.Min(replace, Math.Min(costs[i - 1, j], costs[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) cost = Math.Min(cost, costs[i - 2, j - 2] + 1);
                costs[i, j] = cost;
            }
        }

        return costs[a.Length, b.Length];
    }
}
