using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Adapters;

/// <summary><c>presence.leave_grace_ms</c> on the local adapter.</summary>
public sealed class LeaveGraceTests : IDisposable
{
    private readonly Node _node = new(leaveGrace: TimeSpan.FromMilliseconds(2000));

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_user_who_comes_back_within_the_grace_causes_no_member_event()
    {
        var watcher = _node.Connect().Join("presence-room", "1").Quietly();
        _node.Connect().Join("presence-room", "7").Disconnect();
        Assert.Equal(["pusher_internal:member_added"], watcher.NewEvents);

        Pass(1900);
        _node.Connect().Join("presence-room", "7");
        Pass(5000);

        Assert.Empty(watcher.NewEvents);
        Assert.Equal(["1", "7"], _node.Adapter.Members(TestApps.Default, "presence-room").Order());
    }

    [Fact]
    public void A_user_who_stays_away_is_removed_when_the_grace_ends_and_not_before()
    {
        var watcher = _node.Connect().Join("presence-room", "1");
        var client = _node.Connect().Join("presence-room", "7");
        _ = watcher.News;
        client.Disconnect();

        Pass(1900);
        Assert.Empty(watcher.NewEvents);
        Pass(100);

        Assert.Equal(["pusher_internal:member_removed"], watcher.NewEvents);
        Assert.Equal(["1"], _node.Adapter.Members(TestApps.Default, "presence-room"));
    }

    [Fact]
    public void Each_leave_has_a_grace_of_its_own()
    {
        var watcher = _node.Connect().Join("presence-room", "1");
        var first = _node.Connect().Join("presence-room", "7");
        _ = watcher.News;
        first.Disconnect();
        Pass(1500);
        _node.Connect().Join("presence-room", "7").Disconnect();

        Pass(1500);
        Assert.Empty(watcher.NewEvents);
        Pass(500);

        Assert.Equal(["pusher_internal:member_removed"], watcher.NewEvents);
    }

    [Fact]
    public void A_channel_whose_last_member_is_in_its_grace_is_forgotten_after_it()
    {
        _node.Connect().Join("presence-room", "7").Disconnect();
        Assert.Single(_node.Channels.All);

        Pass(2000);

        Assert.Empty(_node.Channels.All);
    }

    private void Pass(int milliseconds)
    {
        _node.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        _node.Channels.EndLeaves();
    }
}
