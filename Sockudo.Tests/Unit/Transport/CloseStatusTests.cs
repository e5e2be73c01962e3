using Sockudo.Server.Transport;
using Xunit;

namespace Sockudo.Tests.Unit.Transport;

/// <summary>The codes of the Autobahn suite's section 7, with those registered since.</summary>
public sealed class CloseStatusTests
{
    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(1002)]
    [InlineData(1003)]
    [InlineData(1007)]
    [InlineData(1008)]
    [InlineData(1009)]
    [InlineData(1010)]
    [InlineData(1011)]
    [InlineData(1012)]
    [InlineData(1014)]
    [InlineData(3000)]
    [InlineData(3999)]
    [InlineData(4000)]
    [InlineData(4999)]
    public void A_peer_may_send(int code) => Assert.True(CloseStatus.IsValid((ushort)code));

    [Theory]
    [InlineData(0)]
    [InlineData(999)]
    [InlineData(1004)]
    [InlineData(1005)]
    [InlineData(1006)]
    [InlineData(1015)]
    [InlineData(1016)]
    [InlineData(1100)]
    [InlineData(2000)]
    [InlineData(2999)]
    [InlineData(5000)]
    [InlineData(65535)]
    public void A_peer_may_not_send(int code) => Assert.False(CloseStatus.IsValid((ushort)code));
}
