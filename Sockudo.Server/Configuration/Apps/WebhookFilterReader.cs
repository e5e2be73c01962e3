using System.Text.Json;
using Sockudo.Server.Apps;

namespace Sockudo.Server.Configuration.Apps;

/// <summary>
/// Reads the filter of a webhook. A filter restricts: whatever of it is not understood is an error, or the endpoint would be told of more
/// than its owner wants.
/// </summary>
internal static class WebhookFilterReader
{
    private const string Prefix = "channel_prefix";
    private const string Suffix = "channel_suffix";
    private const string Pattern = "channel_pattern";

    // Beside ours soketi's names.
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        [Prefix] = Prefix,
        [Suffix] = Suffix,
        [Pattern] = Pattern,
        ["channel_name_starts_with"] = Prefix,
        ["channel_name_ends_with"] = Suffix,
    };

    /// <summary>Reads it; null when there is an error in it.</summary>
    public static ChannelFilter? Read(JsonElement element, string path, ValueOrigin file, LoadState state)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            state.Error(path, $"expected an object, found {JsonFound.Describe(element)}", file);
            return null;
        }

        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            var at = $"{path}.{property.Name}";
            if (!Names.TryGetValue(property.Name, out var meaning)) state.Error(at, Unknown(property.Name), file);
            else if (property.Value.ValueKind == JsonValueKind.Null) continue;
            else if (property.Value.ValueKind != JsonValueKind.String) state.Error(at, $"expected text, found {JsonFound.Describe(property.Value)}", file);
            else if (!texts.TryAdd(meaning, property.Value.GetString()!)) state.Error(at, $"expected {meaning} once, found it twice; soketi's name for it counts", file);
        }

        ChannelPattern? pattern = null;
        if (texts.TryGetValue(Pattern, out var text) && !ChannelPattern.TryParse(text, out pattern, out var problem)) state.Error($"{path}.{Pattern}", Refused(problem), file);
        return new ChannelFilter(texts.GetValueOrDefault(Prefix), texts.GetValueOrDefault(Suffix), pattern);
    }

    /// <summary>Refuses a property beside the filter that was meant to stand in it.</summary>
    public static bool TryRefuse(string name, string webhook, ValueOrigin file, LoadState state)
    {
        if (Suggestion.Nearest(name, Names.Keys) is not { } near || !Suggestion.IsWithin(name, near, UnknownKeys.Mistakes)) return false;
        state.Error($"{webhook}.{name}", $"no such key; did you mean {webhook}.filter.{near}? It restricts, and what restricts is not ignored: correct it, or remove it", file);
        return true;
    }

    private static string Unknown(string name) => Suggestion.Nearest(name, Names.Keys) is { } near
        ? $"no such filter; did you mean {near}? What restricts is not ignored: correct it, or remove it"
        : $"no such filter; there are {string.Join(", ", Names.Keys)}. What restricts is not ignored: correct it, or remove it";

    private static string Refused(string problem) =>
        $"expected a regular expression that is matched in linear time, found {problem}. Say what the names begin and end with by {Prefix} and {Suffix}, "
        + "or write several webhooks with simpler patterns (docs/webhooks.md)";
}
