using Sockudo.Server.Channels;
using Sockudo.Server.Protocol;
using Xunit;

namespace Sockudo.Tests.Unit.Channels;

public sealed class ChannelNameTests
{
    [Theory]
    [InlineData("news", "Public", "public")]
    [InlineData("my-private-room", "Public", "public")]
    [InlineData("my-cache-room", "Public", "public")]
    [InlineData("private", "Public", "public")]
    [InlineData("Private-room", "Public", "public")]
    [InlineData("private-room", "Private", "private")]
    [InlineData("private-cache", "Private", "private")]
    [InlineData("private-my-cache-x", "Private", "private")]
    [InlineData("private-encrypted", "Private", "private")]
    [InlineData("private-encrypted-room", "Private, Encrypted", "private_encrypted")]
    [InlineData("private-encrypted-cache-room", "Private, Encrypted, Cache", "cache")]
    [InlineData("private-cache-room", "Private, Cache", "cache")]
    [InlineData("private-cache-encrypted-room", "Private, Cache", "cache")]
    [InlineData("presence-room", "Presence", "presence")]
    [InlineData("presence-cache-room", "Presence, Cache", "cache")]
    [InlineData("presence-encrypted-room", "Presence", "presence")]
    [InlineData("cache-room", "Cache", "cache")]
    [InlineData("#server-to-user-7", "ServerToUser", "public")]
    [InlineData("#server-to-user", "Public", "public")]
    public void A_name_has_its_kind_by_its_prefix(string name, string kind, string label)
    {
        Assert.True(ChannelName.TryParse(name, 200, out var channel, out _));
        Assert.Equal((name, kind, label), (channel.Value, channel.Kind.ToString(), channel.MetricLabel));
    }

    [Theory]
    [InlineData("private-a", true)]
    [InlineData("private-cache-a", true)]
    [InlineData("private-encrypted-a", true)]
    [InlineData("private-encrypted-cache-a", true)]
    [InlineData("presence-a", true)]
    [InlineData("presence-cache-a", true)]
    [InlineData("cache-a", false)]
    [InlineData("a", false)]
    [InlineData("#server-to-user-7", false)]
    public void Private_and_presence_channels_need_a_signature(string name, bool needsAuth)
    {
        ChannelName.TryParse(name, 200, out var channel, out _);

        Assert.Equal(needsAuth, channel.NeedsAuth);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a+b")]
    [InlineData("a\"b")]
    [InlineData("a\n")]
    [InlineData("a\0")]
    [InlineData("é")]
    [InlineData("频道")]
    [InlineData("a!")]
    [InlineData("a*")]
    [InlineData("a%20b")]
    public void A_name_with_other_characters_is_a_channel_error(string name)
    {
        Assert.False(ChannelName.TryParse(name, 200, out _, out var error));
        Assert.Equal(ErrorCode.ChannelError, error.Code);
    }

    [Fact]
    public void Every_allowed_character_is_allowed() =>
        Assert.True(ChannelName.TryParse("azAZ09_-=@,.;:#", 200, out _, out _));

    [Theory]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public void A_name_is_as_long_as_the_limit_at_most(int length, bool isAllowed) =>
        Assert.Equal(isAllowed, ChannelName.TryParse(new string('a', length), 200, out _, out _));

    [Fact]
    public void The_user_of_a_users_channel_is_the_rest_of_its_name()
    {
        ChannelName.TryParse("#server-to-user-a-b", 200, out var channel, out _);

        Assert.Equal("a-b", channel.UserId);
    }
}
