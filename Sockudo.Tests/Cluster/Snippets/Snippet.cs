using System.Text.Json.Nodes;

namespace Sockudo.Tests.Cluster.Snippets;

/// <summary>A piece of configuration as a page shows it: a file, or variables. Immutable.</summary>
/// <param name="Name">Where it stands.</param>
/// <param name="File">The members of the file; null for variables.</param>
/// <param name="Environment">The variables; empty for a file.</param>
internal sealed record Snippet(string Name, JsonObject? File, IReadOnlyDictionary<string, string> Environment)
{
    private const string Or = "# or";

    /// <summary>The alternatives that were written below a line <c># or</c>; each a snippet of its own.</summary>
    public IReadOnlyList<Snippet> Alternatives { get; private init; } = [];

    /// <summary>It and its alternatives.</summary>
    public IEnumerable<Snippet> All => Alternatives.Prepend(this);

    public string Driver => Text("adapter", "driver") ?? Environment.GetValueOrDefault("ADAPTER_DRIVER") ?? (Environment.ContainsKey("REDIS_URL") ? "redis" : "local");

    public static Snippet OfFile(string name, string json) =>
        new(name, JsonNode.Parse(json)!.AsObject(), new Dictionary<string, string>());

    public static Snippet OfEnvironment(string name, string text)
    {
        // Blank lines part groups; within a group a line "# or" parts alternatives.
        var groups = text.ReplaceLineEndings("\n").Split("\n\n").Select(static group => group.Split(Or + "\n").Select(Variables).ToArray()).ToArray();
        var alternatives = groups.Max(static group => group.Length);
        Snippet Choose(int index) => new(
            index == 0 ? name : $"{name}, alternative {index}",
            null,
            groups.SelectMany(group => group[Math.Min(index, group.Length - 1)]).ToDictionary(static pair => pair.Key, static pair => pair.Value));
        return Choose(0) with { Alternatives = [.. Enumerable.Range(1, alternatives - 1).Select(Choose)] };
    }

    /// <summary>Whether it says the same as another, however it is written.</summary>
    public bool Says(Snippet other) =>
        JsonNode.DeepEquals(File, other.File)
        && Environment.Count == other.Environment.Count
        && Environment.All(pair => other.Environment.GetValueOrDefault(pair.Key) == pair.Value);

    /// <summary>A text of the file.</summary>
    public string? Text(params string[] path)
    {
        JsonNode? node = File;
        foreach (var name in path) node = (node as JsonObject)?[name];
        return (node as JsonValue)?.GetValue<string>();
    }

    public override string ToString() => Name;

    private static IEnumerable<KeyValuePair<string, string>> Variables(string text) =>
        from line in text.Split('\n')
        let end = line.IndexOf(" #", StringComparison.Ordinal)
        let pair = (end < 0 ? line : line[..end]).Trim().Split('=', 2)
        where pair is [{ Length: > 0 } name, _] && name[0] != '#'
        select KeyValuePair.Create(pair[0], pair[1]);
}
