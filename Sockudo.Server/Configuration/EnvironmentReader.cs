using Sockudo.Server.Configuration.Apps;
using Sockudo.Server.Configuration.Keys;

namespace Sockudo.Server.Configuration;

/// <summary>Applies the environment's variables, the last step of the precedence. Of a key's variables the last one set wins, which puts <c>REDIS_URL</c> over all.</summary>
internal static class EnvironmentReader
{
    private const string Prefix = "SOCKUDO_";

    private static readonly HashSet<string> Variables = AppKeys.All.SelectMany(static key => key.Variables)
        .Concat(ConfigurationTable.Keys.SelectMany(static key => key.Variables)).ToHashSet(StringComparer.Ordinal);

    private static readonly HashSet<string> RestrictingVariables = AppKeys.All.Where(static key => key.Restricts).SelectMany(static key => key.Variables)
        .Concat(ConfigurationTable.Keys.Where(static key => key.Restricts).SelectMany(static key => key.Variables)).ToHashSet(StringComparer.Ordinal);

    // Restricting variables first: of two that are equally near the dangerous one counts.
    private static readonly string[] OurVariables =
        [.. Variables.Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal)).OrderByDescending(RestrictingVariables.Contains)];

    /// <summary>Applies every variable of the table.</summary>
    public static void Read(LoadState state, EnvironmentVariables environment)
    {
        // REDIS_URL and CACHE_TTL_SECONDS serve several keys: a wrong value is said once.
        var reported = new HashSet<string>(StringComparer.Ordinal);
        foreach (var key in ConfigurationTable.Keys)
        {
            foreach (var name in key.Variables)
            {
                if (Text(key, name, state, environment) is not { } text) continue;
                if (!TryApply(key, name, text, state) && reported.Add(name)) Report(key, name, text, state);
            }
        }

        ReadServiceInstance(state, environment);
        ReportUnknown(state, environment);
    }

    private static string? Text(ConfigurationKey<ServerConfiguration> key, string name, LoadState state, EnvironmentVariables environment) =>
        key.NeedsFile && !state.InFile.Contains(key.Path) ? null : key.EmptyTextIsValue ? environment.Raw(name) : environment.Find(name);

    private static bool TryApply(ConfigurationKey<ServerConfiguration> key, string name, string text, LoadState state)
    {
        var before = key.Display(state.Configuration);
        if (!key.TryApplyText(text, state.Configuration)) return false;

        // DEBUG is a name other programs use too: it can only switch on.
        if (name == "DEBUG" && key.Display(state.Configuration) == "false") key.TryApplyText(before, state.Configuration);
        else state.Origins[key.Path] = ValueOrigin.Variable(name);
        return true;
    }

    private static void Report(ConfigurationKey<ServerConfiguration> key, string name, string text, LoadState state)
    {
        if (key.WrongTextIsError || key.Restricts) state.Error(key.Path, key.Refusal(text), ValueOrigin.Variable(name));
        else state.Warn($"{name} is ignored: {key.Refusal(text)}; {key.Path} stays {key.Show(state.Configuration)}.", "correct the variable.");
    }

    private static void ReadServiceInstance(LoadState state, EnvironmentVariables environment)
    {
        const string Variable = "OTEL_RESOURCE_ATTRIBUTES";
        if (state.Configuration.Server.ProcessId is not null || environment.Find(Variable) is not { } attributes) return;
        foreach (var attribute in attributes.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!attribute.StartsWith("service.instance.id=", StringComparison.Ordinal)) continue;
            state.Configuration.Server.ProcessId = Uri.UnescapeDataString(attribute["service.instance.id=".Length..]);
            state.Origins["instance.process_id"] = ValueOrigin.Variable(Variable);
        }
    }

    private static void ReportUnknown(LoadState state, EnvironmentVariables environment)
    {
        foreach (var name in environment.Names.Order(StringComparer.Ordinal))
        {
            if (Variables.Contains(name) || name.StartsWith(SoketiVariables.Prefix, StringComparison.Ordinal)) continue;
            if (name.StartsWith(Prefix, StringComparison.Ordinal)) ReportOurs(state, name);
            else if (Suggestion.Nearest(name, RestrictingVariables) is { } meant && UnknownKeys.MeansRestriction(name, meant, isOurs: false)) Refuse(state, name, meant);
        }
    }

    private static void ReportOurs(LoadState state, string name)
    {
        var near = Suggestion.Nearest(name, OurVariables);
        if (near is not null && RestrictingVariables.Contains(near) && UnknownKeys.MeansRestriction(name, near, isOurs: true)) Refuse(state, name, near);
        else state.Warn($"{name} is no variable this server knows; it is ignored.", near is not null ? $"did you mean {near}?" : "remove it.");
    }

    private static void Refuse(LoadState state, string name, string meant) => state.Error(
        name, $"no such variable; did you mean {meant}? That one restricts, and what restricts is not ignored: correct it, or remove it", ValueOrigin.Default);
}
