using Sockudo.Server.Apps;
using Xunit;

namespace Sockudo.Tests.Unit.Webhooks;

public sealed class ChannelFilterTests
{
    [Theory]
    [InlineData("orders-", null, null, "orders-1", true)]
    [InlineData("orders-", null, null, "Orders-1", false)]
    [InlineData(null, "-eu", null, "orders-eu", true)]
    [InlineData(null, "-eu", null, "orders-us", false)]
    [InlineData(null, null, "[0-9]{3}", "orders-123", true)]
    [InlineData(null, null, "^[0-9]{3}", "orders-123", false)]
    [InlineData("orders-", "-eu", "1", "orders-1-eu", true)]
    [InlineData("orders-", "-eu", "2", "orders-1-eu", false)]
    [InlineData(null, null, null, "anything", true)]
    public void Everything_that_is_given_must_hold(string? prefix, string? suffix, string? pattern, string channel, bool fits) =>
        Assert.Equal(fits, new ChannelFilter(prefix, suffix, pattern is null ? null : Parsed(pattern)).Matches(channel));

    private static ChannelPattern Parsed(string pattern)
    {
        Assert.True(ChannelPattern.TryParse(pattern, out var parsed, out var problem), problem);
        return parsed;
    }
}
