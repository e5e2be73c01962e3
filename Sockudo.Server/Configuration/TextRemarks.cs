using Sockudo.Server.Configuration.Apps;
using Sockudo.Server.Configuration.Keys;
using Sockudo.Server.Configuration.Values;

namespace Sockudo.Server.Configuration;

/// <summary>Warns about texts with white space at an end or quotes around them, whatever source they come from, by their path and never by their value.</summary>
internal static class TextRemarks
{
    /// <summary>Adds the warnings.</summary>
    public static void Warn(LoadState state)
    {
        foreach (var key in ConfigurationTable.Keys)
        {
            if (state.Origin(key.Path) is { IsDefault: false } origin) Warn(state, key, state.Configuration, key.Path, origin);
        }

        foreach (var app in state.Apps)
        {
            foreach (var key in AppKeys.All)
            {
                if (app.Origins.TryGetValue(key.Path, out var origin)) Warn(state, key, app, $"{app.Path}.{key.Path}", origin);
            }
        }
    }

    private static void Warn<TTarget>(LoadState state, ConfigurationKey<TTarget> key, TTarget target, string path, ValueOrigin origin)
    {
        var remarks = key.Texts(target).Select(ConfiguredText.Remark).OfType<string>().Distinct();
        foreach (var remark in remarks) state.Warn($"{path} ({origin}) {remark}; it is taken as it stands.", "remove it where the value comes from, unless it is meant.");
    }
}
