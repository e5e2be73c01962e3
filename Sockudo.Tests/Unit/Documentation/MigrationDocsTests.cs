using System.Text.RegularExpressions;
using Sockudo.Tests.Infrastructure;
using Sockudo.Tests.Unit.Configuration;
using Xunit;

namespace Sockudo.Tests.Unit.Documentation;

/// <summary>What docs/migrate-from-*.md tell to write is understood by this server.</summary>
public sealed partial class MigrationDocsTests
{
    private static readonly string Known = Read("configuration.md");

    public static TheoryData<string> Pages => ["sockudo", "soketi", "reverb", "pusher"];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_key_and_variable_of_ours_exists(string from)
    {
        var unknown = Code().Matches(Read($"migrate-from-{from}.md")).Select(static match => match.Groups[1].Value.Split('=')[0])
            .Where(static name => (OurVariable().IsMatch(name) || OurKey().IsMatch(name)) && !Known.Contains(name, StringComparison.Ordinal))
            .ToList();

        Assert.Empty(unknown);
    }

    [Fact]
    public void The_file_that_replaces_soketis_is_valid_without_a_warning()
    {
        var result = Loading.Load(JsonBlock("soketi", "app_manager"));

        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
        Assert.Equal("shop", Assert.Single(result.Apps).Id);
    }

    [Fact]
    public void Soketis_own_file_is_answered_with_the_key_that_is_meant()
    {
        var result = Loading.Load(JsonBlock("soketi", "appManager"));

        Assert.Contains(result.Warnings, static warning => warning.ToString()!.Contains("did you mean app_manager.array.apps?", StringComparison.Ordinal));
    }

    [Fact]
    public void Pushers_limits_are_properties_of_an_app()
    {
        var result = Loading.Load(Loading.App(JsonBlock("pusher", "max_event_payload_in_kb").Trim().TrimStart('{').TrimEnd('}')));

        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
    }

    private static string Read(string page) => File.ReadAllText(Path.Combine(RepositoryLayout.Root, "docs", page));

    private static string JsonBlock(string from, string containing) =>
        Json().Matches(Read($"migrate-from-{from}.md")).Select(static match => match.Groups[1].Value).Single(block => block.Contains($"\"{containing}", StringComparison.Ordinal));

    [GeneratedRegex("`([^`\n ]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Json();

    // With a prefix of theirs it is a variable of theirs; REDIS_HOST is named because it is not read.
    [GeneratedRegex("^(?!SOKETI_|REVERB_|VITE_|BROADCAST_|REDIS_HOST$)[A-Z]+(_[A-Z]+)+$")]
    private static partial Regex OurVariable();

    [GeneratedRegex(@"^(?!servers\.|scaling\.|apps\.|filter\.)[a-z_]+(\.[a-z_]+)+$")]
    private static partial Regex OurKey();
}
