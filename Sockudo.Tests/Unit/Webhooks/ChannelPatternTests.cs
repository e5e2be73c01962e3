using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Sockudo.Server.Apps;
using Xunit;

namespace Sockudo.Tests.Unit.Webhooks;

/// <summary>Patterns mean what they mean to .NET, and none costs more than its length times the name's.</summary>
public sealed class ChannelPatternTests(ITestOutputHelper output)
{
    private const int Rounds = 4000;

    private static readonly string[] Atoms =
    [
        "a", "b", "-", "1", ".", "[ab]", "[^a]", "[a-c-[b]]", "[]a]", "[^]a]", "[-a]", "\\d", "\\w", "\\W", "\\s", "\\.", "\\x61", "\\u0062", "\\p{Ll}", "\\P{Lu}", "\\cA", "\\062", "A",
        "^", "$", "\\b", "\\B", "\\A", "\\z", "\\Z", "é", "{", "{,2}", "}", "]", "#", " ", "(?i)", "(?-i)", "(?x)", "(?#no)", "(?m)", "(?s)", "\\-",
    ];

    private static readonly string[] Quantifiers = ["", "", "", "", "*", "+", "?", "{2}", "{1,3}", "{2,}", "{0}", "*?", "+?", "??", "{1,2}?"];

    private static readonly string[] Groups = ["(", "(?:", "(?<n>", "(?'m'", "(?i:", "(?x:", "(?s-i:"];

    [Fact]
    public void What_a_pattern_matches_is_what_dotnet_matches()
    {
        var random = new Random(20_261);
        var compared = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var text = Expression(random, depth: 3);
            Regex theirs;
            try
            {
                theirs = new Regex(text, RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(100));
            }
            catch (ArgumentException)
            {
                continue;
            }

            if (!ChannelPattern.TryParse(text, out var ours, out var problem))
            {
                Assert.Contains("steps", problem, StringComparison.Ordinal);
                continue;
            }

            for (var i = 0; i < 10; i++)
            {
                var name = Name(random);
                if (Theirs(theirs, name) is not { } expected) continue;
                Assert.True(expected == ours.IsMatch(name), $"'{text}' and '{name}'");
                compared++;
            }
        }

        Assert.True(compared > Rounds, $"only {compared} were compared");
    }

    [Theory]
    [InlineData("(?=a)a", "a lookahead (?= at character 1")]
    [InlineData("a(?!b)", "a negative lookahead (?! at character 2")]
    [InlineData("(?<=a)b", "a lookbehind (?<= at character 1")]
    [InlineData("x(?<!a)b", "a negative lookbehind (?<! at character 2")]
    [InlineData("(?:(?>a))", "an atomic group (?> at character 4")]
    [InlineData("(a)?(?(1)b|c)", "a condition (?( at character 5")]
    [InlineData("(?<n>a)\\k<n>", "a reference to a group (\\k) at character 8")]
    [InlineData("(?<n>a)(?<-n>b)", "a balancing group at character 8")]
    [InlineData("\\Ga", "\\G at character 1")]
    [InlineData("a{501}", "500 steps, with its repetitions written out, by what begins at character 1")]
    [InlineData("ab(c{1000}){1000}", "by what begins at character 4")]
    [InlineData("(((a{0,20}){0,20}){0,20}){0,20}", "500 steps")]
    [InlineData("(){1000000000}", "500 steps")]
    [InlineData("((((((((((a{9}){9}){9}){9}){9}){9}){9}){9}){9}){9}){2147483647}", "500 steps")]
    public void What_cannot_be_matched_in_linear_time_is_refused_with_its_place(string text, string says)
    {
        Assert.False(ChannelPattern.TryParse(text, out _, out var problem));
        Assert.Contains(says, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_of_more_than_a_thousand_characters_is_refused()
    {
        Assert.False(ChannelPattern.TryParse(new string('a', 1001), out _, out var problem));
        Assert.Contains("more than 1000", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("^([a-z]+)+-public$")]
    [InlineData("(([ab]{1,10}){1,10}c?)*z")]
    [InlineData("(?i)([a-z0-9]*a.{100}){2}$")]
    [InlineData("(a|b)*a(a|b){95}z")]
    [InlineData("(((a?){7}){7}){5}z")]
    public void The_dearest_patterns_cost_milliseconds_a_name(string text)
    {
        Assert.True(ChannelPattern.TryParse(text, out var pattern, out var problem), problem);
        var random = new Random(1);
        var name = new string([.. Enumerable.Range(0, 200).Select(_ => random.Next(2) == 0 ? 'a' : 'b')]) + "!";
        Assert.False(pattern.IsMatch(name));
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 20; i++)
        {
            var start = Stopwatch.GetTimestamp();
            pattern.IsMatch(name);
            var took = Stopwatch.GetElapsedTime(start);
            if (took < best) best = took;
        }

        output.WriteLine($"{text}: {best.TotalMicroseconds:f0} us for a name of 201 characters");
        Assert.True(best < TimeSpan.FromMilliseconds(20), $"it took {best.TotalMilliseconds} ms");
    }

    // Null when it took too long, which it may.
    private static bool? Theirs(Regex pattern, string name)
    {
        try
        {
            return pattern.IsMatch(name);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private static string Expression(Random random, int depth)
    {
        var text = new StringBuilder();
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            if (depth > 0 && random.Next(4) == 0)
            {
                text.Append(Groups[random.Next(Groups.Length)]).Append(Expression(random, depth - 1));
                if (random.Next(2) == 0) text.Append('|').Append(Expression(random, depth - 1));
                text.Append(')');
            }
            else
            {
                text.Append(Atoms[random.Next(Atoms.Length)]);
            }

            text.Append(Quantifiers[random.Next(Quantifiers.Length)]);
        }

        return text.ToString();
    }

    private static string Name(Random random)
    {
        const string Letters = "aaabbbABc-1.2 _#{}]é\n\u0001";
        return new string([.. Enumerable.Range(0, random.Next(8)).Select(_ => Letters[random.Next(Letters.Length)])]);
    }
}
