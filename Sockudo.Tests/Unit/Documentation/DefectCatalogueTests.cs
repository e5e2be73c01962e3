using System.Reflection;
using System.Text.RegularExpressions;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Unit.Documentation;

/// <summary>docs/defects.md: each defect of the original has a test that is there, or a reason why it cannot occur.</summary>
public sealed partial class DefectCatalogueTests
{
    /// <summary>Stands where a defect is about webhooks; the tests that are named beside it are checked like all.</summary>
    private const string ForWebhooks = "webhooks: ";

    private static readonly Match[] Rows = Row().Matches(File.ReadAllText(Path.Combine(RepositoryLayout.Root, "docs", "defects.md"))).ToArray();

    private static readonly ILookup<string, Type> Types = typeof(DefectCatalogueTests).Assembly.GetTypes().ToLookup(static type => type.Name);

    [Fact]
    public void Every_defect_is_there_once()
    {
        string[] expected = [.. Enumerable.Range(1, 44).Select(static number => $"{number}"), .. Enumerable.Range('a', 15).Select(static letter => $"{(char)letter}")];
        Assert.Equal(expected, Rows.Select(static row => row.Groups["number"].Value));
    }

    [Fact]
    public void Every_test_it_names_exists()
    {
        var missing = Rows.SelectMany(static row => Test().Matches(row.Groups["here"].Value).Select(test => (Row: row.Groups["number"].Value, test)))
            .Where(static named => !IsTest(named.test.Groups["type"].Value, named.test.Groups["method"].Value))
            .Select(static named => $"#{named.Row}: {named.test.Value}");
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_defect_has_a_test_or_a_reason()
    {
        var bare = Rows.Where(static row => row.Groups["here"].Value is var here
            && !Test().IsMatch(here) && !here.StartsWith("cannot occur: ", StringComparison.Ordinal) && !here.StartsWith(ForWebhooks, StringComparison.Ordinal));
        Assert.Empty(bare.Select(static row => row.Groups["number"].Value));
    }

    private static bool IsTest(string type, string method) => Types[type].Any(candidate => candidate.GetMethod(method)?.GetCustomAttribute<FactAttribute>() is not null);

    [GeneratedRegex(@"^\| (?<number>\d+|[a-o]) \| (?<defect>[^|]+) \| (?<here>[^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<type>[A-Z]\w+)\.(?<method>[A-Z]\w*_\w+)`")]
    private static partial Regex Test();
}
