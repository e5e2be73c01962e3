using System.Text.RegularExpressions;
using Sockudo.Server.Configuration;
using Sockudo.Server.Configuration.Apps;

namespace Sockudo.Tests.Unit.Configuration;

/// <summary>The keys a message names.</summary>
internal static partial class KeysNamed
{
    private static readonly string[] Sections = [.. ConfigurationTable.Keys.Where(static key => key.Path.Contains('.', StringComparison.Ordinal) && !key.Path.Contains(':', StringComparison.Ordinal))
        .Select(static key => key.Path[..key.Path.IndexOf('.', StringComparison.Ordinal)]).Distinct()];

    /// <summary>Every dotted path of the message that begins with a section of the configuration.</summary>
    public static IEnumerable<string> In(string message) => Dotted().Matches(message).Select(static match => match.Value.TrimEnd('.'))
        .Where(static path => !path.EndsWith(".md", StringComparison.Ordinal) && Sections.Any(section => path.StartsWith(section + ".", StringComparison.Ordinal)));

    /// <summary>Whether somebody can write it into a file.</summary>
    public static bool Exists(string path) =>
        ConfigurationTable.ByPath.ContainsKey(path) || ConfigurationTable.Objects.Contains(path.EndsWith(".*", StringComparison.Ordinal) ? path[..^2] : path)
        || path == ConfigurationTable.AppsPath || (path.StartsWith(ConfigurationTable.AppsPath + "[].", StringComparison.Ordinal) && AppKeys.Names.Contains(path[(ConfigurationTable.AppsPath.Length + 3)..]));

    [GeneratedRegex(@"(?<![\w:/.$\-])[a-z_]+(\.[a-z_]+)+(\.\*)?(?![\w(])")]
    private static partial Regex Dotted();
}
