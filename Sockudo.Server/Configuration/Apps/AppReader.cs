using System.Text.Json;

namespace Sockudo.Server.Configuration.Apps;

/// <summary>Reads <c>app_manager.array.apps</c> of a file; collects every error and unknown property with its path.</summary>
internal static class AppReader
{
    private static readonly string[] Required = ["id", "key", "secret"];

    /// <summary>Reads the list.</summary>
    public static void Read(JsonElement list, ValueOrigin file, LoadState state)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            state.Error(ConfigurationTable.AppsPath, $"expected a list of apps, found {JsonFound.Describe(list)}", file);
            return;
        }

        var index = 0;
        foreach (var element in list.EnumerateArray())
        {
            var app = new AppDraft($"{ConfigurationTable.AppsPath}[{index++}]");
            if (element.ValueKind != JsonValueKind.Object)
            {
                state.Error(app.Path, $"expected an object with id, key and secret, found {JsonFound.Describe(element)}", file);
                continue;
            }

            ReadApp(element, app, file, state);
            state.Apps.Add(app);
        }
    }

    private static void ReadApp(JsonElement element, AppDraft app, ValueOrigin file, LoadState state)
    {
        var failed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            var path = $"{app.Path}.{property.Name}";
            if (property.Value.ValueKind == JsonValueKind.Null && !Required.Contains(property.Name)) continue;
            if (property.Name == AppKeys.Webhooks) app.Webhooks = WebhookReader.Read(property.Value, path, file, state);
            else if (property.Name == AppKeys.DeltaRules) ReadDeltaRules(property.Value, path, app, file, state);
            else if (AppKeys.Find(property.Name) is { } key)
            {
                if (key.TryApplyJson(property.Value, app)) app.Origins[key.Path] = file;
                else
                {
                    failed.Add(key.Path);
                    state.Error(path, key.Refusal(property.Value), file);
                }
            }
            else UnknownKeys.OfApp(app.Path, property, file, state);
        }

        foreach (var name in Required)
        {
            if (!failed.Contains(name) && AppKeys.Find(name)!.Display(app) is "\"\"") state.Error($"{app.Path}.{name}", "expected text, found nothing", file);
        }
    }

    private static void ReadDeltaRules(JsonElement element, string path, AppDraft app, ValueOrigin file, LoadState state)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            state.Error(path, $"expected an object from channel pattern to rule, found {JsonFound.Describe(element)}", file);
            return;
        }

        foreach (var rule in element.EnumerateObject())
        {
            app.HasDeltaRules = true;
            if (rule.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Object))
            {
                state.Error($"{path}.{rule.Name}", $"expected \"inherit\", \"disabled\", \"fossil\", \"xdelta3\" or an object, found {JsonFound.Describe(rule.Value)}", file);
            }
        }
    }
}
