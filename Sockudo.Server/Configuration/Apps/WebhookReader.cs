using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sockudo.Server.Configuration.Apps;

/// <summary>Checks the webhooks of an app. They are counted, not kept: a later release delivers them.</summary>
internal static class WebhookReader
{
    private static readonly string[] EventTypes = ["channel_occupied", "channel_vacated", "member_added", "member_removed", "client_event", "cache_miss", "subscription_count"];
    private static readonly string[] Properties = ["url", "lambda_function", "lambda", "event_types", "filter", "headers"];
    private static readonly string[] Filters = ["channel_prefix", "channel_suffix", "channel_pattern"];
    private static readonly string[] LambdaProperties = ["function_name", "region"];

    /// <summary>Checks the list and returns how many there are.</summary>
    public static int Read(JsonElement list, string path, ValueOrigin file, LoadState state)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            state.Error(path, $"expected a list of webhooks, found {JsonFound.Describe(list)}", file);
            return 0;
        }

        var index = 0;
        foreach (var webhook in list.EnumerateArray()) ReadOne(webhook, $"{path}[{index++}]", file, state);
        return index;
    }

    private static void ReadOne(JsonElement webhook, string path, ValueOrigin file, LoadState state)
    {
        if (webhook.ValueKind != JsonValueKind.Object)
        {
            state.Error(path, $"expected an object with url or lambda, and event_types, found {JsonFound.Describe(webhook)}", file);
            return;
        }

        bool hasTarget = false, hasTypes = false;
        foreach (var property in webhook.EnumerateObject())
        {
            var at = $"{path}.{property.Name}";
            var value = property.Value;
            if (value.ValueKind == JsonValueKind.Null) continue;
            hasTarget |= property.Name is "url" or "lambda" or "lambda_function";
            switch (property.Name)
            {
                case "url" when !(value.ValueKind == JsonValueKind.String && Uri.TryCreate(value.GetString(), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"):
                    state.Error(at, $"expected an absolute http or https URL, found {JsonFound.Describe(value)}", file);
                    break;
                case "lambda_function" when value.ValueKind != JsonValueKind.String:
                    state.Error(at, $"expected text, found {JsonFound.Describe(value)}", file);
                    break;
                case "event_types":
                    hasTypes = true;
                    ReadTypes(value, at, file, state);
                    break;
                case "lambda":
                    ReadTexts(value, at, LambdaProperties, file, state);
                    break;
                case "filter":
                    ReadTexts(value, at, Filters, file, state);
                    break;
                case "headers":
                    ReadTexts(value, at, null, file, state);
                    break;
                default:
                    if (!Properties.Contains(property.Name)) state.Unknown(at, file, Suggestion.Nearest(property.Name, Properties));
                    break;
            }
        }

        if (!hasTarget) state.Error(path, "expected url, lambda or lambda_function, found none of them", file);
        if (!hasTypes) state.Error($"{path}.event_types", "expected a list of event types, found nothing", file);
    }

    private static void ReadTypes(JsonElement list, string path, ValueOrigin file, LoadState state)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            state.Error(path, $"expected a list of event types, found {JsonFound.Describe(list)}", file);
            return;
        }

        var index = 0;
        foreach (var type in list.EnumerateArray())
        {
            var at = $"{path}[{index++}]";
            if (type.ValueKind != JsonValueKind.String) state.Error(at, $"expected text, found {JsonFound.Describe(type)}", file);
            else if (!EventTypes.Contains(type.GetString()!)) state.Warn($"{at}: '{type.GetString()}' is no event type, nothing is sent for it.", $"use one of {string.Join(", ", EventTypes)}.");
        }
    }

    private static void ReadTexts(JsonElement element, string path, string[]? names, ValueOrigin file, LoadState state)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            state.Error(path, $"expected an object, found {JsonFound.Describe(element)}", file);
            return;
        }

        foreach (var property in element.EnumerateObject())
        {
            var at = $"{path}.{property.Name}";
            if (property.Value.ValueKind == JsonValueKind.Null) continue;
            if (names is not null && !names.Contains(property.Name)) state.Unknown(at, file, Suggestion.Nearest(property.Name, names));
            else if (property.Value.ValueKind != JsonValueKind.String) state.Error(at, $"expected text, found {JsonFound.Describe(property.Value)}", file);
            else if (property.Name == "channel_pattern" && names is not null && !IsRegex(property.Value.GetString()!)) state.Warn($"{at} is no regular expression, it matches no channel.", "correct it.");
        }
    }

    private static bool IsRegex(string pattern)
    {
        // The parser of regular expressions throws; here a wrong one is an ordinary answer.
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
