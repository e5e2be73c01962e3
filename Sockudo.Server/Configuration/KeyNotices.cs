using Sockudo.Server.Configuration.Keys;

namespace Sockudo.Server.Configuration;

/// <summary>Warns about keys a user set that have another effect than a reader expects: one line for all keys with one reason.</summary>
internal static class KeyNotices
{
    private const int MostNamed = 1;

    /// <summary>Adds the warnings that are due.</summary>
    public static void Warn(LoadState state)
    {
        var byNotice = new Dictionary<KeyNotice, List<string>>(ReferenceEqualityComparer.Instance);
        foreach (var key in ConfigurationTable.Keys)
        {
            if (key.Notice is { } notice && !state.Origin(key.Path).IsDefault && (notice.Applies?.Invoke(state.Configuration) ?? true)) Add(byNotice, notice, key.Path);
        }

        foreach (var app in state.Apps)
        {
            if (app.HasDeltaRules) Add(byNotice, Notices.Delta, $"channel_delta_compression of app '{app.Id}'");
        }

        foreach (var (notice, paths) in byNotice) state.Warn(Sentence(Names(paths), notice.Reason), notice.Fix);
        WarnAboutWebhooks(state);
    }

    private static void WarnAboutWebhooks(LoadState state)
    {
        if (state.Configuration.Queue.Driver != "none") return;
        var apps = state.Apps.FindAll(static app => app.Webhooks.Count > 0);
        if (apps.Count == 0) return;
        state.Warn(
            $"The webhooks of {string.Join(", ", apps.Select(static app => $"app '{app.Id}'"))} are not delivered: queue.driver is none.",
            "choose another queue.driver, or remove them.");
    }

    private static void Add(Dictionary<KeyNotice, List<string>> byNotice, KeyNotice notice, string path)
    {
        if (!byNotice.TryGetValue(notice, out var paths)) byNotice[notice] = paths = [];
        paths.Add(path);
    }

    private static string Sentence(string[] names, string reason) =>
        string.Join(" and ", names) + " " + (names.Length > 1 && reason.StartsWith("has ", StringComparison.Ordinal) ? "have " + reason[4..] : reason);

    private static string[] Names(List<string> paths) => [.. paths
        .GroupBy(static path => path.Contains(' ', StringComparison.Ordinal) ? path : path[..path.IndexOf('.', StringComparison.Ordinal)])
        .SelectMany(static group => group.Count() > MostNamed ? [group.Key + ".*"] : group.ToArray())];
}
