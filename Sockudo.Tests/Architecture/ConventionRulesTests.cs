using Xunit;

namespace Sockudo.Tests.Architecture;

/// <summary>Each convention's rule sees a breach: on samples, so that a rule that finds nothing is not one that cannot.</summary>
public sealed class ConventionRulesTests
{
    [Fact]
    public void A_namespace_beside_its_folder_is_seen() =>
        Assert.Single(ConventionRules.NamespaceIsFolder("Sockudo.Server", File("Channels/Channel.cs", "namespace Sockudo.Server.Apps;")));

    [Fact]
    public void A_file_without_the_type_of_its_name_is_seen() =>
        Assert.Single(ConventionRules.FileIsNamedAfterItsType(File("Channels/Channel.cs", "class Chanel { class Channel { } }")));

    [Fact]
    public void A_part_of_a_type_is_named_after_it() =>
        Assert.Empty(ConventionRules.FileIsNamedAfterItsType(File("Channels/Channel.Publish.cs", "partial class Channel { }")));

    [Fact]
    public void A_global_using_of_ours_is_seen() =>
        Assert.Single(ConventionRules.NoGlobalUsingOfOurs(File("Usings.cs", "global using Sockudo.Server.Apps; global using System.Text;")));

    [Fact]
    public void A_file_of_301_lines_is_seen() =>
        Assert.Single(ConventionRules.FileIsShort(File("Long.cs", string.Concat(Enumerable.Repeat("// x\n", 301)))));

    [Fact]
    public void A_file_of_300_lines_is_short_enough() =>
        Assert.Empty(ConventionRules.FileIsShort(File("Long.cs", string.Concat(Enumerable.Repeat("// x\n", 300)))));

    [Theory]
    [InlineData("var a = task.Result;")]
    [InlineData("task.Wait();")]
    [InlineData("task.GetAwaiter().GetResult();")]
    public void A_wait_that_blocks_is_seen(string statement) =>
        Assert.Single(ConventionRules.NothingBlocksOnATask(File("A.cs", $"class A {{ void B() {{ {statement} }} }}")));

    [Fact]
    public void A_result_that_was_asked_for_blocks_nobody() =>
        Assert.Empty(ConventionRules.NothingBlocksOnATask(
            File("A.cs", "class A { int B() => task.IsCompletedSuccessfully ? task.Result : 0; }")));

    [Fact]
    public void An_async_void_is_seen() =>
        Assert.Single(ConventionRules.NoAsyncVoid(File("A.cs", "class A { async void B() { } async Task C() { } }")));

    [Fact]
    public void A_clock_of_its_own_is_seen() =>
        Assert.Equal(2, ConventionRules.TimeComesFromTimeProvider(File("A.cs", "class A { object b = DateTime.UtcNow, c = DateTimeOffset.Now; }")).Count());

    [Fact]
    public void A_public_type_is_seen() =>
        Assert.Single(ConventionRules.TypesAreInternal(File("A.cs", "public sealed class A { public class B { } } internal class C { }")));

    [Fact]
    public void A_helper_is_seen() =>
        Assert.Single(ConventionRules.NamesSayWhatIsInside(File("TextHelpers.cs", "static class TextHelpers { }")));

    [Fact]
    public void An_option_without_a_docstring_is_seen() =>
        Assert.Single(ConventionRules.OptionsAreDocumented(
            File("AOptions.cs", "class AOptions {\n/// <summary>Unit: s.</summary>\npublic int B { get; set; }\n// no doc\npublic int C { get; set; } }")));

    [Fact]
    public void A_registry_in_a_lock_file_is_seen() =>
        Assert.Single(ConventionRules.LockFileNamesNoRegistry("package-lock.json", "{\n  \"resolved\": \"somewhere\"\n}"));

    [Fact]
    public void A_skip_without_words_is_seen() =>
        Assert.Single(ConventionRules.SkipsHaveAReason(
            File("A.cs", "class A { [Fact(Skip = \"\")] void B() { } [Fact(Skip = \"needs a broker that this machine lacks\")] void C() { } }")));

    private static SourceFile File(string path, string text) => new(path, text);
}
