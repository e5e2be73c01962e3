using Sockudo.Server.Configuration;
using Xunit;
using static Sockudo.Tests.Unit.Configuration.Loading;

namespace Sockudo.Tests.Unit.Configuration;

public sealed class SoketiTests
{
    [Fact]
    public void Its_variables_are_not_read_but_named_with_their_equivalents()
    {
        var result = Load(environment: Variables(("SOKETI_PORT", "7009"), ("SOKETI_DEFAULT_APP_ID", "x"), ("SOKETI_CLUSTER_PORT", "11002")));
        Assert.Equal(6001, result.Configuration.Listener.Port);
        var warning = Assert.Single(result.Warnings);
        Assert.Contains("SOKETI_CLUSTER_PORT, SOKETI_DEFAULT_APP_ID, SOKETI_PORT", warning.Text, StringComparison.Ordinal);
        Assert.Contains("PORT for SOKETI_PORT", warning.Fix, StringComparison.Ordinal);
        Assert.Contains("SOCKUDO_DEFAULT_APP_ID for SOKETI_DEFAULT_APP_ID", warning.Fix, StringComparison.Ordinal);
        Assert.Contains("nothing for SOKETI_CLUSTER_PORT", warning.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_equivalent_exists_here()
    {
        var variables = ConfigurationTable.Keys.SelectMany(key => key.Variables)
            .Concat(Sockudo.Server.Configuration.Apps.AppKeys.All.SelectMany(key => key.Variables)).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, here) in SoketiVariables.All)
        {
            var first = here.Split(' ', '=')[0];
            if (here.StartsWith("none", StringComparison.Ordinal) || here.StartsWith("webhooks", StringComparison.Ordinal)) continue;
            Assert.True(variables.Contains(first) || ConfigurationTable.ByPath.ContainsKey(first), $"{name} points to {first}, which does not exist");
        }
    }
}
