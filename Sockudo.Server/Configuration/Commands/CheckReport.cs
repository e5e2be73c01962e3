using Sockudo.Server.Configuration.Apps;
using Sockudo.Server.Configuration.Keys;

namespace Sockudo.Server.Configuration.Commands;

/// <summary>What <c>check</c> prints: every effective value with its origin, secrets masked, then warnings and errors.</summary>
internal static class CheckReport
{
    /// <summary>Writes the report.</summary>
    public static void Write(ConfigurationResult result, TextWriter output)
    {
        output.WriteLine($"Configuration file: {result.File ?? $"none ({ConfigurationLoader.DefaultFile} does not exist)"}");
        foreach (var section in ConfigurationTable.Sections)
        {
            output.WriteLine();
            output.WriteLine($"# {section.Title}");
            foreach (var key in section.Keys) WriteValue(output, key.Path, key.Show(result.Configuration), result.Origin(key.Path).ToString());
            if (section == AppManagerKeys.Section) WriteApps(result, output);
        }

        output.WriteLine();
        output.WriteLine($"Listens on: {string.Join(", ", result.Configuration.Listener.Addresses)}");
        WriteList(output, "Warnings", result.Warnings);
        WriteList(output, "Errors", result.Errors);
        output.WriteLine();
        output.WriteLine(result.IsValid ? "The configuration is valid." : "The configuration is not valid: the server would not start.");
    }

    private static void WriteApps(ConfigurationResult result, TextWriter output)
    {
        foreach (var app in result.Apps)
        {
            output.WriteLine();
            output.WriteLine($"# App '{app.Id}' ({app.Path})");
            foreach (var key in AppKeys.All)
            {
                var (value, origin) = Effective(result, app, key);
                WriteValue(output, $"{app.Path}.{key.Path}", value, origin);
            }
        }
    }

    private static (string Value, string Origin) Effective(ConfigurationResult result, AppDraft app, ConfigurationKey<AppDraft> key)
    {
        if (app.Origins.TryGetValue(key.Path, out var origin)) return (key.Show(app), origin.ToString());
        if (AppKeys.FilledBy(key.Path) is { } limit && !result.Origin(limit).IsDefault)
        {
            return (ConfigurationTable.ByPath[limit].Show(result.Configuration), $"{limit}, {result.Origin(limit)}");
        }

        return (key.DefaultNote?.Trim('`') ?? key.Show(app), "default");
    }

    private static void WriteValue(TextWriter output, string path, string value, string origin) => output.WriteLine($"{path} = {value}   ({origin})");

    private static void WriteList<T>(TextWriter output, string title, IReadOnlyList<T> items)
    {
        if (items.Count == 0) return;
        output.WriteLine();
        output.WriteLine($"{title}:");
        foreach (var item in items) output.WriteLine($"  {item}");
    }
}
