using System.Text.RegularExpressions;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Cluster.Snippets;

/// <summary>The snippets of our own page, read from it: blocks fenced as <c>json</c> and <c>env</c>, named after their heading.</summary>
internal static partial class AdaptersPage
{
    public static IReadOnlyList<Snippet> Snippets { get; } = [.. Read(File.ReadAllText(Path.Combine(RepositoryLayout.Root, "docs", "adapters.md")))];

    private static IEnumerable<Snippet> Read(string page)
    {
        var heading = "";
        foreach (Match match in Part().Matches(page))
        {
            if (match.Groups["heading"] is { Success: true } found)
            {
                heading = found.Value.Trim();
                continue;
            }

            var name = $"docs/adapters.md, {heading} ({page.AsSpan(0, match.Index).Count('\n') + 1})";
            yield return match.Groups["kind"].Value == "json"
                ? Snippet.OfFile(name, match.Groups["text"].Value)
                : Snippet.OfEnvironment(name, match.Groups["text"].Value);
        }
    }

    [GeneratedRegex(@"^##+ (?<heading>[^\n]+)$|^```(?<kind>json|env)\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Part();
}
