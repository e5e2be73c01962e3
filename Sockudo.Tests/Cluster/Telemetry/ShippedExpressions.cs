using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Cluster.Telemetry;

/// <summary>The expressions of ops/, as Prometheus is asked them.</summary>
internal static partial class ShippedExpressions
{
    /// <summary>What the alerts compare: an expression without its comparison has a value while all is well, too.</summary>
    public static IReadOnlyList<string> Compared { get; } =
        [.. Alerts().Select(static alert => Comparison().Match(alert)).Select(static match => match.Success ? match.Groups[1].Value : throw new FormatException($"no comparison in {match}"))];

    /// <summary>The alerts' whole expressions.</summary>
    public static IReadOnlyList<string> Alerts() =>
        [.. Expression().Matches(File.ReadAllText(Path.Combine(RepositoryLayout.Root, "ops", "prometheus", "sockudo.rules.yml"))).Select(static match => match.Groups[1].Value)];

    /// <summary>The panels' expressions, with Grafana's variables at "all" and its interval at ten seconds.</summary>
    public static IReadOnlyList<string> Panels { get; } =
        [.. Dashboard()["panels"]!.AsArray()
            .SelectMany(static panel => panel!["targets"]?.AsArray() ?? [])
            .Select(static target => target!["expr"]!.GetValue<string>()
                .Replace("$__rate_interval", "10s", StringComparison.Ordinal).Replace("$job", ".*", StringComparison.Ordinal).Replace("$instance", ".*", StringComparison.Ordinal))];

    /// <summary>The dashboard.</summary>
    public static JsonNode Dashboard() => JsonNode.Parse(File.ReadAllText(Path.Combine(RepositoryLayout.Root, "ops", "grafana", "sockudo.json")))!;

    [GeneratedRegex("^ +expr: (.+)$", RegexOptions.Multiline)]
    private static partial Regex Expression();

    [GeneratedRegex("^(.+) (?:==|<|>) .+$")]
    private static partial Regex Comparison();
}
