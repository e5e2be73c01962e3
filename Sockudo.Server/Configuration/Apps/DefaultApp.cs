namespace Sockudo.Server.Configuration.Apps;

/// <summary>The app that <c>SOCKUDO_DEFAULT_APP_*</c> adds behind those of the file.</summary>
internal static class DefaultApp
{
    /// <summary>What the variables begin with; one does not.</summary>
    public const string Prefix = "SOCKUDO_DEFAULT_APP_";

    /// <summary>What a number has when its variable is not set.</summary>
    public const long Number = 100;

    /// <summary>
    /// Adds the app when id, key and secret are set and it is not disabled. Wrong values of the rest are warnings and leave the
    /// default; some of the three without the others is a warning too.
    /// </summary>
    public static void Read(LoadState state, EnvironmentVariables environment)
    {
        var named = new[] { Prefix + "ID", Prefix + "KEY", Prefix + "SECRET" };
        var missing = Array.FindAll(named, name => environment.Find(name) is null);
        if (missing.Length > 0)
        {
            if (missing.Length < named.Length)
            {
                state.Warn($"{string.Join(" and ", named.Except(missing))} without {string.Join(" and ", missing)}: no app is added.", "set all three.");
            }

            return;
        }

        var app = new AppDraft(Prefix + "*")
        {
            MaxConnections = Number,
            MaxClientEventsPerSecond = Number,
            MaxBackendEventsPerSecond = Number,
            MaxReadRequestsPerSecond = Number,
            MaxPresenceMembersPerChannel = Number,
            MaxPresenceMemberSizeInKb = Number,
            MaxChannelNameLength = Number,
            MaxEventChannelsAtOnce = Number,
            MaxEventNameLength = Number,
            MaxEventPayloadInKb = Number,
            MaxEventBatchSize = Number,
        };
        foreach (var key in AppKeys.All)
        {
            // A limit of 100 stands for a variable nobody set; without an origin it would be shown as a gap filled by a global limit.
            if (key.Path.StartsWith("max_", StringComparison.Ordinal)) app.Origins[key.Path] = ValueOrigin.Key($"default of {Prefix}*");
            foreach (var name in key.Variables)
            {
                if (environment.Find(name) is not { } text) continue;
                if (key.TryApplyText(text, app)) app.Origins[key.Path] = ValueOrigin.Variable(name);
                else if (key.Restricts) state.Error(name, key.Refusal(text), ValueOrigin.Default);
                else state.Warn($"{name} is ignored: {key.Refusal(text)}.", "correct it.");
            }
        }

        if (app.Enabled) state.Apps.Add(app);
    }
}
