using Sockudo.Server.Protocol;
using Xunit;

namespace Sockudo.Tests.Unit.Protocol;

public sealed class SocketIdTests
{
    [Theory]
    [InlineData("0.0")]
    [InlineData("123.456")]
    [InlineData("10000000000.10000000000")]
    public void A_printed_id_is_read_back(string text)
    {
        Assert.True(SocketId.TryParse(text, out var id));
        Assert.Equal(text, id.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("1")]
    [InlineData("1.")]
    [InlineData(".1")]
    [InlineData("1.2.3")]
    [InlineData("-1.2")]
    [InlineData("+1.2")]
    [InlineData(" 1.2")]
    [InlineData("1.2\n")]
    [InlineData("1,000.2")]
    [InlineData("10000000001.1")]
    [InlineData("99999999999999999999.1")]
    [InlineData("a.b")]
    public void Anything_else_is_no_id(string text) => Assert.False(SocketId.TryParse(text, out _));
}
