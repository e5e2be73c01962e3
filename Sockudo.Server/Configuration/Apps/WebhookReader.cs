using System.Text.Json;
using Sockudo.Server.Apps;
using Sockudo.Server.Configuration.Keys;

namespace Sockudo.Server.Configuration.Apps;

/// <summary>Reads the webhooks of an app; collects every error and unknown property with its path.</summary>
internal static class WebhookReader
{
    private static readonly Dictionary<string, WebhookEventTypes> EventTypes = new(StringComparer.Ordinal)
    {
        ["channel_occupied"] = WebhookEventTypes.ChannelOccupied,
        ["channel_vacated"] = WebhookEventTypes.ChannelVacated,
        ["member_added"] = WebhookEventTypes.MemberAdded,
        ["member_removed"] = WebhookEventTypes.MemberRemoved,
        ["client_event"] = WebhookEventTypes.ClientEvent,
        ["cache_miss"] = WebhookEventTypes.CacheMiss,
        ["subscription_count"] = WebhookEventTypes.SubscriptionCount,
        ["user_online"] = WebhookEventTypes.UserOnline,
        ["user_offline"] = WebhookEventTypes.UserOffline,
    };

    private static readonly string[] Properties = ["url", "lambda_function", "lambda", "event_types", "filter", "headers"];

    /// <summary>Reads the list; an entry with an error is left out.</summary>
    public static IReadOnlyList<WebhookEndpoint> Read(JsonElement list, string path, ValueOrigin file, LoadState state)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            state.Error(path, $"expected a list of webhooks, found {Found(list)}", file);
            return [];
        }

        var (index, webhooks) = (0, new List<WebhookEndpoint>());
        foreach (var webhook in list.EnumerateArray())
        {
            if (ReadOne(webhook, $"{path}[{index++}]", file, state) is { } endpoint) webhooks.Add(endpoint);
        }

        return webhooks;
    }

    private static WebhookEndpoint? ReadOne(JsonElement webhook, string path, ValueOrigin file, LoadState state)
    {
        if (webhook.ValueKind != JsonValueKind.Object)
        {
            state.Error(path, $"expected an object with url and event_types, found {Found(webhook)}", file);
            return null;
        }

        Uri? url = null;
        WebhookEventTypes? events = null;
        ChannelFilter? filter = null;
        IReadOnlyList<KeyValuePair<string, string>> headers = [];
        var (hasTarget, hasTypes) = (false, false);
        foreach (var property in webhook.EnumerateObject())
        {
            var at = $"{path}.{property.Name}";
            var value = property.Value;
            if (value.ValueKind == JsonValueKind.Null) continue;
            hasTarget |= property.Name is "url" or "lambda" or "lambda_function";
            hasTypes |= property.Name is "event_types";
            switch (property.Name)
            {
                case "url" when value.ValueKind == JsonValueKind.String && Uri.TryCreate(value.GetString(), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https":
                    url = uri;
                    break;
                case "url":
                    state.Error(at, $"expected an absolute http or https URL, found {Found(value)}", file);
                    break;
                case "lambda" or "lambda_function":
                    state.Error(at, "this build has no client for AWS Lambda. Give the function a URL (a Lambda function URL, API Gateway) and name it in url", file);
                    break;
                case "event_types":
                    events = ReadTypes(value, at, file, state);
                    break;
                case "filter":
                    filter = WebhookFilterReader.Read(value, at, file, state);
                    break;
                case "headers":
                    headers = WebhookHeaders.Read(value, at, file, state);
                    break;
                default:
                    if (!WebhookFilterReader.TryRefuse(property.Name, path, file, state)) state.Unknown(at, file, Suggestion.Nearest(property.Name, Properties));
                    break;
            }
        }

        if (!hasTarget) state.Error($"{path}.url", "expected an absolute http or https URL, found nothing", file);
        if (!hasTypes) state.Error($"{path}.event_types", "expected a list of event types, found nothing", file);
        return url is null || events is null ? null : new WebhookEndpoint { Url = url, Events = events.Value, Filter = filter, Headers = headers };
    }

    // What stands where a webhook or its URL should may hold the URL's password.
    private static string Found(JsonElement element) => element.ValueKind == JsonValueKind.String
        ? $"the text \"{SecretMask.Apply(element.GetString()!, Secrecy.Url)}\""
        : JsonFound.Describe(element, Secrecy.Url);

    private static WebhookEventTypes? ReadTypes(JsonElement list, string path, ValueOrigin file, LoadState state)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            state.Error(path, $"expected a list of event types, found {(list.ValueKind == JsonValueKind.Array ? "an empty one" : JsonFound.Describe(list))}", file);
            return null;
        }

        var (index, types) = (0, WebhookEventTypes.None);
        foreach (var type in list.EnumerateArray())
        {
            var at = $"{path}[{index++}]";
            if (type.ValueKind != JsonValueKind.String) state.Error(at, $"expected text, found {JsonFound.Describe(type)}", file);
            else if (EventTypes.TryGetValue(type.GetString()!, out var known)) types |= known;
            else state.Warn($"{at}: '{type.GetString()}' is no event type, nothing is sent for it.", $"use one of {string.Join(", ", EventTypes.Keys)}.");
        }

        return types;
    }
}
