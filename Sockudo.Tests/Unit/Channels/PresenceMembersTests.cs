using System.Text;
using Sockudo.Server.Channels;
using Sockudo.Server.Protocol;
using Xunit;

namespace Sockudo.Tests.Unit.Channels;

public sealed class PresenceMembersTests
{
    private readonly PresenceMembers _members = new();

    [Fact]
    public void A_user_is_new_with_its_first_connection_only()
    {
        Assert.True(Add("7"));
        Assert.False(Add("7"));
        Assert.Equal(1, _members.Count);
    }

    [Fact]
    public void A_user_is_gone_with_its_last_connection_only()
    {
        Add("7");
        Add("7");

        Assert.False(_members.Remove("7", out _));
        Assert.True(_members.Remove("7", out _));
        Assert.True(_members.Delete("7"));
        Assert.Equal(0, _members.Count);
    }

    [Fact]
    public void An_unknown_user_does_not_go() => Assert.False(_members.Remove("7", out _));

    [Fact]
    public void The_newest_info_is_the_users_info()
    {
        Add("7", "1");
        Add("7", "2");

        Assert.Equal("2", Encoding.UTF8.GetString(Assert.Single(_members.Snapshot()).Value));
    }

    [Fact]
    public void A_snapshot_names_every_user_once()
    {
        Add("7");
        Add("8");
        Add("7");

        Assert.Equal(["7", "8"], _members.Snapshot().Select(static member => member.Key).Order());
        Assert.Equal(["7", "8"], _members.UserIds().Order());
    }

    private bool Add(string user, string info = "{}") => _members.Add(new PresenceMember(user, Encoding.UTF8.GetBytes(info)), default, out _);
}
