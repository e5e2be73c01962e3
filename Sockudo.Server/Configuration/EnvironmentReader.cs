using Sockudo.Server.Configuration.Apps;
using Sockudo.Server.Configuration.Keys;

namespace Sockudo.Server.Configuration;

/// <summary>Applies the environment's variables, the last step of the precedence. Of a key's variables the last one set wins, which puts <c>REDIS_URL</c> over all.</summary>
internal static class EnvironmentReader
{
    private static readonly HashSet<string> OurVariables = AppKeys.All.SelectMany(static key => key.Variables)
        .Concat(ConfigurationTable.Keys.SelectMany(static key => key.Variables))
        .Where(static name => name.StartsWith("SOCKUDO_", StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);

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
        WarnAboutUnknown(state, environment);
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
        var found = key.Secrecy == Secrecy.None ? $", found '{text}'" : "";
        if (key.WrongTextIsError) state.Error(key.Path, $"expected {key.Expected}{found}", ValueOrigin.Variable(name));
        else state.Warn($"{name} is ignored: expected {key.Expected}{found}; {key.Path} stays {key.Show(state.Configuration)}.", "correct the variable.");
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

    private static void WarnAboutUnknown(LoadState state, EnvironmentVariables environment)
    {
        foreach (var name in environment.Names.Order(StringComparer.Ordinal))
        {
            if (!name.StartsWith("SOCKUDO_", StringComparison.Ordinal) || OurVariables.Contains(name)) continue;
            state.Warn($"{name} is no variable this server knows; it is ignored.", Suggestion.Nearest(name, OurVariables) is { } near ? $"did you mean {near}?" : "remove it.");
        }
    }
}
