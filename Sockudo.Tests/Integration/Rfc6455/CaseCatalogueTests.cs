using Xunit;

namespace Sockudo.Tests.Integration.Rfc6455;

public sealed class CaseCatalogueTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_group_has_as_many_cases_as_the_public_catalogue()
    {
        foreach (var (group, cases) in CaseCatalogue.Groups) output.WriteLine($"{group} {cases.Count}");
        output.WriteLine($"{CaseCatalogue.Groups.Sum(static group => group.Cases.Count)} in all");

        Assert.Equal(
            [("framing", 16), ("ping/pong", 11), ("reserved bits", 7), ("opcodes", 10), ("fragmentation", 20), ("UTF-8", 145), ("close", 37), ("limits", 54), ("misc", 1)],
            CaseCatalogue.Groups.Select(static group => (group.Group, group.Cases.Count)));
        Assert.Equal(301, CaseCatalogue.Groups.SelectMany(static group => group.Cases).Select(static item => item.Id).Distinct().Count());
    }
}
