using System.Globalization;
using System.Text;

namespace Sockudo.Server.Metrics.Prometheus;

/// <summary>Labels as the text format wants them.</summary>
internal static class LabelText
{
    private const string Port = "port";

    /// <summary>
    /// Renders tags as <c>name="value",…</c>, sorted by name, values escaped. The port is a label like any other; a tag that has its name
    /// is renamed as Prometheus itself does with its own labels.
    /// </summary>
    public static string Render(ReadOnlySpan<KeyValuePair<string, object?>> tags, string? port)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags)
        {
            var name = FamilyName.Sanitize(key);
            labels[name is Port or "le" ? "exported_" + name : name] = Text(value);
        }

        if (port is not null)
        {
            labels[Port] = port;
        }

        var text = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(name).Append("=\"");
            AppendEscaped(text, value);
            text.Append('"');
        }

        return text.ToString();
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static void AppendEscaped(StringBuilder text, string value)
    {
        foreach (var character in value)
        {
            _ = character switch
            {
                '\\' => text.Append(@"\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append(@"\n"),
                _ => text.Append(character),
            };
        }
    }
}
