using System.Text.Json;
using Sockudo.Server.Configuration.Apps;
using Sockudo.Server.Configuration.Keys;

namespace Sockudo.Server.Configuration;

/// <summary>
/// Judges what nobody knows: where a restricting key was meant it is an error, because the server would be more open than its owner
/// believes; else it is a warning. Sections nobody knows are searched for what they would have restricted.
/// </summary>
internal static class UnknownKeys
{
    /// <summary>How many mistakes in a name still leave no doubt what was meant.</summary>
    public const int Mistakes = 2;

    private const int LongName = 16;

    // Restricting keys first: of two that are equally near the dangerous one counts.
    private static readonly string[] Paths = [.. ConfigurationTable.ByPath.Keys
        .Where(static path => ConfigurationTable.ByPath[path].Notice is null)
        .Concat(ConfigurationTable.Objects).Append(ConfigurationTable.AppsPath).Append("cluster_health")
        .Concat(AppKeys.Names.Select(static name => $"{ConfigurationTable.AppsPath}[].{name}"))
        .Concat(ConfigurationTable.ByPath.Keys.Where(static path => ConfigurationTable.ByPath[path].Notice is not null))
        .OrderByDescending(Restricts)];

    private static readonly string[] AppNames = [.. AppKeys.Names.OrderByDescending(RestrictingKeys.Contains)];

    /// <summary>Reports a key of the file outside of apps.</summary>
    public static void OfFile(string path, JsonElement value, ValueOrigin file, LoadState state)
    {
        var suggestion = Suggestion.NearestPath(path, Paths);
        if (!TryReport(path, suggestion, value, file, state)) state.Unknown(path, file, suggestion);
    }

    /// <summary>Reports a property of an app.</summary>
    public static void OfApp(string app, JsonProperty property, ValueOrigin file, LoadState state)
    {
        var suggestion = Suggestion.Nearest(property.Name, AppNames);
        var path = $"{app}.{property.Name}";
        if (!TryReport(path, suggestion, property.Value, file, state)) state.Unknown(path, file, suggestion);
    }

    /// <summary>Whether the nearest known name is that of a restricting key, and near enough to have been meant.</summary>
    public static bool MeansRestriction(string path, string? suggestion) =>
        suggestion is not null && Restricts(suggestion) && Suggestion.IsWithin(LastSegment(path), LastSegment(suggestion), Mistakes);

    /// <summary>
    /// Whether a variable that does not begin with SOCKUDO_ was meant for a restricting key: others have variables too, so a short name
    /// must be nearer.
    /// </summary>
    public static bool MeansRestriction(string variable, string suggestion, bool isOurs) =>
        Suggestion.IsWithin(variable, suggestion, isOurs || variable.Length >= LongName ? Mistakes : 1);

    private static bool TryReport(string path, string? suggestion, JsonElement value, ValueOrigin file, LoadState state)
    {
        if (MeansRestriction(path, suggestion))
        {
            state.UnknownRestriction(path, suggestion!, file);
            return true;
        }

        if (value.ValueKind != JsonValueKind.Object) return false;
        var section = suggestion is not null && IsSection(suggestion) && Suggestion.IsWithin(LastSegment(path), LastSegment(suggestion), Mistakes) ? suggestion : null;
        var found = false;
        foreach (var property in value.EnumerateObject())
        {
            found |= TryReport($"{path}.{property.Name}", section is null ? Telling(property.Name) : InSection(section, property.Name), property.Value, file, state);
        }

        return found;
    }

    private static string? InSection(string section, string name)
    {
        var path = $"{section}.{name}";
        return ConfigurationTable.ByPath.ContainsKey(path) || IsSection(path) ? path : Suggestion.NearestPath(path, Paths);
    }

    private static string? Telling(string name) => Suggestion.Nearest(name, Paths.Where(static path => Restricts(path) && RestrictingKeys.IsTelling(path)).Select(LastSegment).Distinct());

    private static bool IsSection(string path) => ConfigurationTable.Objects.Contains(path);

    private static bool Restricts(string path) =>
        RestrictingKeys.Contains(path) && !IsSection(path) && !(ConfigurationTable.ByPath.TryGetValue(path, out var key) && key.Notice is not null);

    private static string LastSegment(string path) => path[(path.LastIndexOf('.') + 1)..];
}
