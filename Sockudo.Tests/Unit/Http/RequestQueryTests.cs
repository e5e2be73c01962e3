using Sockudo.Server.Http;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

public sealed class RequestQueryTests
{
    [Theory]
    [InlineData("?b=2&a=1", "a=1&b=2")]
    [InlineData("b=2&a=1", "a=1&b=2")]
    [InlineData("a=1&A=2", "a=2")]
    [InlineData("a=1&%61=2", "a=2")]
    [InlineData("ab=1&a=2&a_=3&B=4", "a=2&a_=3&ab=1&b=4")]
    [InlineData("=x&a=1", "=x&a=1")]
    [InlineData("", "")]
    [InlineData("?", "")]
    public void Parameters_are_lower_cased_sorted_and_unique(string query, string sorted) => Assert.Equal(sorted, Sorted(query));

    [Fact]
    public void Keys_are_sorted_by_bytes_beyond_the_basic_plane() => Assert.Equal("z=1&\uFFFD=2&\U0001F600=3", Sorted("\U0001F600=3&\uFFFD=2&z=1"));

    [Fact]
    public void The_same_key_again_needs_no_room() =>
        Assert.Equal("a=99", Sorted(string.Join('&', Enumerable.Range(0, 100).Select(static i => $"a={i}"))));

    private static string Sorted(string query) =>
        string.Join('&', RequestQuery.Parse(query)!.Sorted.Select(static pair => $"{pair.Key}={pair.Value}"));
}
