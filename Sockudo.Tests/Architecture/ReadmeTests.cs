using System.Text.RegularExpressions;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Architecture;

/// <summary>What README promises and shows is there.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Root = RepositoryLayout.Root;

    public static TheoryData<string, string> Promises
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (Match row in PromiseRow().Matches(File.ReadAllText(Path.Combine(Root, "README.md"))))
                data.Add(row.Groups["class"].Value, row.Groups["method"].Value);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Promises))]
    public void The_test_that_proves_a_promise_exists(string type, string method)
    {
        var found = typeof(ReadmeTests).Assembly.GetTypes().SingleOrDefault(candidate => candidate.Name == type);
        Assert.NotNull(found);
        Assert.NotNull(found.GetMethod(method));
    }

    [Fact]
    public void There_are_promises_to_prove() => Assert.InRange(Promises.Count, 15, 100);

    [Fact]
    public void The_backend_that_README_shows_is_the_one_that_is_compiled()
    {
        var sample = File.ReadAllText(Path.Combine(Root, "Sockudo.Tests/Samples/SockudoBackend.cs"));
        var shown = Between(sample, "// <readme>\n", "// </readme>");
        Assert.Contains(shown.Trim(), File.ReadAllText(Path.Combine(Root, "README.md")), StringComparison.Ordinal);
    }

    private static string Between(string text, string begin, string end)
    {
        var from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }

    [GeneratedRegex(@"\| `(?<class>\w+Tests)\.(?<method>\w+)` \|")]
    private static partial Regex PromiseRow();
}
