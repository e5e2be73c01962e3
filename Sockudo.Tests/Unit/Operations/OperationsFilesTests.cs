using System.Text.RegularExpressions;
using Sockudo.Tests.Cluster.Telemetry;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Unit.Operations;

/// <summary>ops/ and its runbook, as far as they can be judged without a server.</summary>
public sealed partial class OperationsFilesTests
{
    private static readonly string Rules = File.ReadAllText(Path.Combine(PrometheusServer.Rules, "sockudo.rules.yml"));
    private static readonly string Runbook = File.ReadAllText(Path.Combine(RepositoryLayout.Root, "docs", "runbook.md"));

    [Fact]
    public void Every_alert_names_a_section_of_the_runbook_that_names_the_alert()
    {
        var sections = Heading().Split(Runbook).Skip(1).Chunk(2)
            .ToDictionary(static part => part[0].Trim().ToLowerInvariant().Replace(' ', '-'), static part => part[1], StringComparer.Ordinal);
        var alerts = Alert().Matches(Rules).Select(static match => (Name: match.Groups[1].Value, Anchor: match.Groups[2].Value)).ToList();

        Assert.Equal(ShippedExpressions.Alerts().Count, alerts.Count);
        Assert.All(alerts, alert => Assert.Contains($"`{alert.Name}`", sections.GetValueOrDefault(alert.Anchor, ""), StringComparison.Ordinal));
        Assert.Equal(sections.Keys.Order(), alerts.Select(static alert => alert.Anchor).Distinct().Order());
    }

    [Fact]
    public void Every_panel_says_what_it_shows_or_shows_what_its_title_says()
    {
        var panels = ShippedExpressions.Dashboard()["panels"]!.AsArray().Where(static panel => panel!["type"]!.GetValue<string>() != "row").ToList();

        Assert.InRange(panels.Count, 20, 40);
        Assert.Equal(panels.Count, panels.Select(static panel => panel!["id"]!.GetValue<int>()).Distinct().Count());
        Assert.All(panels, static panel => Assert.NotEmpty(panel!["targets"]!.AsArray()));
    }

    [Theory]
    [InlineData("check", "rules", "sockudo.rules.yml")]
    [InlineData("check", "config", "prometheus.yml")]
    [InlineData("test", "rules", "sockudo.tests.yml")]
    public async Task Promtool_accepts(string verb, string what, string file)
    {
        await using var promtool = ChildProcess.Start("promtool", [verb, what, file], PrometheusServer.Rules);

        Assert.True(await promtool.Exited.WithinAsync("promtool's end", Deadline.ProcessStart) == 0, promtool.OutputText);
    }

    [GeneratedRegex("^## (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"- alert: (\w+).*?runbook: docs/runbook\.md#([\w-]+)", RegexOptions.Singleline)]
    private static partial Regex Alert();
}
