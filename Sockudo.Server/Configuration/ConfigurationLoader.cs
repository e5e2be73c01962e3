using Sockudo.Server.Configuration.Apps;
using Sockudo.Server.Configuration.Validation;

namespace Sockudo.Server.Configuration;

/// <summary>
/// Makes the effective configuration: compiled defaults, then <c>config/config.json</c> or the file of <c>--config</c> in its place,
/// then environment variables, of which <c>REDIS_URL</c> comes last. Reads files and nothing else of the outside world; wrong
/// configuration is a value in the result, never an exception.
/// </summary>
internal static class ConfigurationLoader
{
    /// <summary>The file that is read when no other is named.</summary>
    public const string DefaultFile = "config/config.json";

    /// <summary>Loads and validates.</summary>
    public static ConfigurationResult Load(ConfigurationSources sources)
    {
        var state = new LoadState();
        var environment = new EnvironmentVariables(sources.Environment);
        ReadFile(sources, state);
        EnvironmentReader.Read(state, environment);
        DefaultApp.Read(state, environment);

        state.Configuration.Messaging.ExplainSignatures = sources.IsDevelopment;
        RateLimiterSwitch.Resolve(state);
        BrokerAddress.Resolve(state);
        ListenerResolver.Resolve(state, environment, sources);
        ResolveApps(state, sources.IsDevelopment);

        DriverValidator.Validate(state);
        ListenerValidator.Validate(state, sources.WorkingDirectory);
        LimitsValidator.Validate(state);
        ClusterHealthValidator.Validate(state);
        PartitionsValidator.Validate(state);
        DriverOptionsValidator.Validate(state);
        AppsValidator.Validate(state, sources.IsDevelopment);
        KeyNotices.Warn(state);
        TextRemarks.Warn(state);
        SoketiVariables.Warn(state, environment);
        return new(state.Configuration, state.Errors, state.Warnings, state.Origins, state.Apps, state.File);
    }

    private static void ReadFile(ConfigurationSources sources, LoadState state)
    {
        if (sources.ConfigPath is { } named)
        {
            FileReader.Read(Path.GetFullPath(named, sources.WorkingDirectory), named, state);
            return;
        }

        var path = Path.GetFullPath(DefaultFile, sources.WorkingDirectory);
        if (File.Exists(path)) FileReader.Read(path, DefaultFile, state);
    }

    private static void ResolveApps(LoadState state, bool isDevelopment)
    {
        if (state.Apps.Count == 0 && isDevelopment && !state.FileFailed) state.Apps.Add(DemoApp.Create());

        // A list with a defect is reported by the reader; origin patterns in it were checked one by one.
        state.Configuration.AppManager.Apps = [.. state.Apps.Select(app => app.Build(state.Configuration.Limits))];
    }
}
