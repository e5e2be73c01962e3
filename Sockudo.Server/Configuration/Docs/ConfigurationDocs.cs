using System.Text;
using Sockudo.Server.Configuration.Apps;
using Sockudo.Server.Configuration.Keys;

namespace Sockudo.Server.Configuration.Docs;

/// <summary>Writes docs/configuration.md from <see cref="ConfigurationTable"/>, so that the page cannot tell another story than the code.</summary>
internal static class ConfigurationDocs
{
    private const string Header = "| key | variable | default | what it does |\n|---|---|---|---|\n";

    /// <summary>The page.</summary>
    public static string Write()
    {
        var page = new StringBuilder(DocsIntroduction.Text);
        var defaults = new ServerConfiguration();
        foreach (var section in ConfigurationTable.Sections)
        {
            page.Append("\n## ").Append(section.Title).Append("\n\n");
            if (section.Intro.Length > 0) page.Append(section.Intro).Append("\n\n");
            page.Append(Header);
            foreach (var key in section.Keys) WriteRow(page, key, key.DefaultNote ?? Default(key.Display(defaults)));
            if (section == AppManagerKeys.Section) WriteApps(page);
        }

        WriteSoketi(page);
        return page.ToString();
    }

    private static void WriteApps(StringBuilder page)
    {
        page.Append(DocsIntroduction.Apps).Append(Header);
        var fresh = new AppDraft("");
        foreach (var key in AppKeys.All)
        {
            var required = key.Path is "id" or "key" or "secret";
            WriteRow(page, key, required ? "required" : key.DefaultNote ?? Default(key.Display(fresh)));
        }

        page.Append("| `webhooks` | - | none | Who is told of what: each has `url` and `event_types`, and may have `filter` and `headers`. Explained in [webhooks.md](webhooks.md). |\n");
        page.Append("| `channel_delta_compression` | - | none | Checked. *No effect yet:* delta compression is not offered. |\n").Append(DocsIntroduction.Origins.TrimEnd('\n')).Append('\n');
    }

    private static void WriteRow<TTarget>(StringBuilder page, ConfigurationKey<TTarget> key, string fallback)
    {
        var variables = key.Variables.Count == 0 ? "-" : string.Join(", ", key.Variables.Select(Code));
        var unit = key.Unit.Length == 0 ? "" : fallback.StartsWith('`') ? $" {key.Unit}" : $" ({key.Unit})";
        page.Append($"| {Code(key.Path)} | {variables} | {fallback}{unit} | {key.Doc}{Choices(key)}{Remark(key)}{(key.Restricts ? " *Restricts.*" : "")} |\n");
    }

    private static string Choices<TTarget>(ConfigurationKey<TTarget> key) => key.Choice is not { } choice || choice.Choices.Count < 2
        ? ""
        : " One of " + string.Join(", ", choice.Choices.Select(word => choice.Available.Contains(word) ? Code(word) : $"{Code(word)} (not in this build)")) + ".";

    private static string Remark<TTarget>(ConfigurationKey<TTarget> key)
    {
        if (key.Notice is { } notice) return notice == Notices.Identifier ? "" : $" *It {notice.Reason}*";
        return key is { IsForLater: true, Choice: null } ? " *Checked and kept.*" : "";
    }

    private static void WriteSoketi(StringBuilder page)
    {
        page.Append(DocsIntroduction.Soketi);
        foreach (var (variable, here) in SoketiVariables.All) page.Append($"| `{variable}` | {here} |\n");
    }

    private static string Default(string text) => text is "unset" or "none" ? text : text is "\"\"" ? "empty" : Code(text);

    private static string Code(string text) => $"`{text}`";
}
