using System.Text.RegularExpressions;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Architecture;

/// <summary>Each promise of docs/guarantees.md names the tests that show it, and they are there.</summary>
public sealed partial class GuaranteesTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(RepositoryLayout.Root, "docs", "guarantees.md"));

    public static TheoryData<string, string> Named
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var name in NamedTest().Matches(Text).Select(static match => (match.Groups["class"].Value, match.Groups["method"].Value)).Distinct())
            {
                data.Add(name.Item1, name.Item2);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Named))]
    public void A_test_that_is_named_exists(string type, string method)
    {
        var found = typeof(GuaranteesTests).Assembly.GetTypes().SingleOrDefault(candidate => candidate.Name == type);
        Assert.NotNull(found);
        Assert.Contains(found.GetMethod(method)?.GetCustomAttributes(inherit: true) ?? [], static attribute => attribute is FactAttribute);
    }

    [Fact]
    public void Every_promise_names_a_test()
    {
        var promises = Text.Split('\n').Where(static line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).ToArray();
        Assert.InRange(promises.Length, 10, 100);
        Assert.All(promises, static promise => Assert.Matches(NamedTest(), promise));
    }

    [GeneratedRegex(@"`(?<class>\w+(?:Tests|Scenarios))\.(?<method>\w+)`")]
    private static partial Regex NamedTest();
}
