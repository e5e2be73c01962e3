using Sockudo.Server.Configuration.Apps;
using Sockudo.Server.Configuration.Values;

namespace Sockudo.Server.Configuration.Validation;

/// <summary>Checks that there are apps and that each can be told from the others.</summary>
internal static class AppsValidator
{
    /// <summary>Adds errors.</summary>
    /// <param name="state">What was read.</param>
    /// <param name="isDevelopment">Whether the demo app may stand in.</param>
    public static void Validate(LoadState state, bool isDevelopment)
    {
        foreach (var app in state.Apps)
        {
            RequirePrintable(state, app, "id", app.Id);
            RequirePrintable(state, app, "key", app.Key);
        }

        RequireUnique(state, "id", static app => app.Id);
        RequireUnique(state, "key", static app => app.Key);
        if (state.Apps.Count > 0)
        {
            WarnAboutDemoSecret(state, isDevelopment);
            return;
        }

        // A file that could not be read, or a list with a defect, has its own error.
        if (state.FileFailed || state.Errors.Any(static error => error.Path.StartsWith(ConfigurationTable.AppsPath, StringComparison.Ordinal))) return;
        state.Error(
            ConfigurationTable.AppsPath,
            "there is no app, so nobody could connect; add one to the file, e.g. {\"app_manager\":{\"array\":{\"apps\":[{\"id\":\"…\",\"key\":\"…\",\"secret\":\"…\"}]}}}, " +
            "or set SOCKUDO_DEFAULT_APP_ID, SOCKUDO_DEFAULT_APP_KEY and SOCKUDO_DEFAULT_APP_SECRET, or run with ASPNETCORE_ENVIRONMENT=Development for a demo app");
    }

    private static void RequirePrintable(LoadState state, AppDraft app, string property, string value)
    {
        if (ConfiguredText.ControlCharacter(value) is { } found) state.Error($"{app.Path}.{property}", $"expected text that can be printed, found {found}", app.Origins.GetValueOrDefault(property));
    }

    private static void RequireUnique(LoadState state, string property, Func<AppDraft, string> value)
    {
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var app in state.Apps)
        {
            if (value(app).Length == 0 || first.TryAdd(value(app), app.Path)) continue;
            var origin = app.Origins.GetValueOrDefault(property);
            state.Error($"{app.Path}.{property}", $"'{value(app)}' is the {property} of {first[value(app)]} too", origin);
        }
    }

    private static void WarnAboutDemoSecret(LoadState state, bool isDevelopment)
    {
        if (isDevelopment) return;
        foreach (var app in state.Apps.Where(static app => app.Secret == "app-secret"))
        {
            state.Warn($"App '{app.Id}' has the secret of the public examples: anybody can publish and authorise.", "give it a secret of its own.");
        }
    }
}
