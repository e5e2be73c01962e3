using Sockudo.Server.Protocol;
using Xunit;

namespace Sockudo.Tests.Unit.Protocol;

public sealed class LoggedTextTests
{
    [Theory]
    [InlineData("news\nerror: all is lost", "news\\u000aerror: all is lost")]
    [InlineData("news\u001b[2J", "news\\u001b[2J")]
    [InlineData("a\r\0\u0085\u2028b", "a\\u000d\\u0000\\u0085\\u2028b")]
    [InlineData("\\u000a", "\\u005cu000a")]
    [InlineData("right\u202eleft", "right\\u202eleft")]
    [InlineData("Grüße, 世界", "Grüße, 世界")]
    public void What_a_client_sent_is_one_line_in_the_log(string sent, string logged) => Assert.Equal(logged, new LoggedText(sent).ToString());

    [Fact]
    public void A_long_text_is_cut() => Assert.Equal(new string('x', 200) + "...", new LoggedText(new string('x', 5000)).ToString());
}
