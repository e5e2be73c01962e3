using System.Text.Json;
using System.Text.RegularExpressions;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Unit.Documentation;

/// <summary>A log line the documentation quotes is one the server writes, and the page of the README loads the client the tests run.</summary>
public sealed partial class QuotedLogTests
{
    private static readonly string[] Templates = [.. RepositoryLayout.SourceFiles("Sockudo.Server").SelectMany(static file => Template().Matches(File.ReadAllText(file)).Select(static match => match.Groups[1].Value))];

    [Fact]
    public void Every_quoted_log_line_exists()
    {
        var quotes = Pages().SelectMany(static page => Quote().Matches(page.Text).Select(match => (page.Name, Line: match.Groups[1].Value))).ToList();
        Assert.NotEmpty(quotes);
        Assert.Empty(quotes.Where(static quote => !Templates.Any(template => Says(template, quote.Line))).Select(static quote => $"{quote.Name}: {quote.Line}"));
    }

    [Fact]
    public void The_page_of_the_README_loads_the_client_the_tests_run()
    {
        using var package = JsonDocument.Parse(File.ReadAllText(Path.Combine(RepositoryLayout.Clients, "package.json")));
        var version = package.RootElement.GetProperty("dependencies").GetProperty("pusher-js").GetString();
        var loaded = Pages().SelectMany(static page => Cdn().Matches(page.Text).Select(static match => match.Groups[1].Value)).ToList();
        Assert.NotEmpty(loaded);
        Assert.All(loaded, found => Assert.Equal(version, found));
    }

    private static IEnumerable<(string Name, string Text)> Pages() => Directory.EnumerateFiles(Path.Combine(RepositoryLayout.Root, "docs"), "*.md", SearchOption.AllDirectories)
        .Append(Path.Combine(RepositoryLayout.Root, "README.md")).Select(static file => (Path.GetFileName(file), File.ReadAllText(file)));

    // A quote may end before the template does; what the template fills in may be anything.
    private static bool Says(string template, string line)
    {
        var parts = Regex.Split(template, @"\{\w+\}");
        var pattern = string.Join(".*", parts.Select(Regex.Escape));
        return template.StartsWith(line, StringComparison.Ordinal) || Regex.IsMatch(line, $"^{pattern}$");
    }

    [GeneratedRegex(@"Message = ""((?:[^""\\]|\\.)*)""")]
    private static partial Regex Template();

    [GeneratedRegex(@"(?:[Ll]og(?: line)?|logs|logged|warns|warning)(?: says| line| reads|:)?\s+`([A-Z][^`]* [^`]*)`")]
    private static partial Regex Quote();

    [GeneratedRegex(@"js\.pusher\.com/([\d.]+)/")]
    private static partial Regex Cdn();
}
