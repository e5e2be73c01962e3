using Sockudo.Server.Adapters.Cluster;
using Sockudo.Server.Adapters.Cluster.State;
using Sockudo.Server.Channels;
using Sockudo.Server.Protocol;
using Sockudo.Tests.Cluster.Simulation;
using Xunit;

namespace Sockudo.Tests.Unit.Adapters.Cluster;

/// <summary>Absolute state: what wins over what.</summary>
public sealed class MergeRuleTests
{
    private static readonly RemoteNode First = new(1);
    private static readonly RemoteNode Second = new(2);

    [Fact]
    public void The_higher_sequence_of_a_nodes_count_wins_whatever_the_order()
    {
        var counts = new RemoteSubscriptions();
        counts.Set(First, 5, 10);
        Assert.False(counts.Set(First, 2, 9));
        counts.Set(Second, 1, 3);
        Assert.Equal(6, counts.Total);
        counts.Set(First, 0, 11);
        Assert.Equal(1, counts.Total);
    }

    [Fact]
    public void A_count_said_before_a_snapshots_sequence_goes_and_one_said_since_stays()
    {
        var counts = new RemoteSubscriptions();
        counts.Set(First, 5, 10);
        counts.Remove(First, 10);
        var kept = counts.Total;
        counts.Remove(First, 11);
        Assert.Equal((5, 0), (kept, counts.Total));
    }

    [Fact]
    public void A_user_appears_with_the_first_entry_and_goes_with_the_last()
    {
        var members = new PresenceMembers();
        Assert.True(members.SetElsewhere(First, Ada("{}"), new WriteStamp(1, 1), 1));
        Assert.False(members.SetElsewhere(Second, Ada("{}"), new WriteStamp(1, 2), 1));
        Assert.False(members.Add(Ada("{}"), new WriteStamp(2, 3), out _));
        Assert.False(members.RemoveElsewhere(First, "ada", 2));
        Assert.False(members.Remove("ada", out var lastHere));
        Assert.True(lastHere);
        Assert.True(members.RemoveElsewhere(Second, "ada", 2));
        Assert.True(members.Delete("ada"));
    }

    [Fact]
    public void The_later_writers_info_is_the_users_and_falls_back_when_that_one_leaves()
    {
        var members = new PresenceMembers();
        members.SetElsewhere(First, Ada("1"), new WriteStamp(10, 1), 1);
        members.SetElsewhere(Second, Ada("2"), new WriteStamp(9, 2), 1);
        var first = members.Find("ada");
        members.Add(Ada("3"), new WriteStamp(11, 3), out _);
        var second = members.Find("ada");
        members.Remove("ada", out _);
        Assert.Equal(["1", "3", "1"], new[] { first, second, members.Find("ada") }.Select(static info => System.Text.Encoding.UTF8.GetString(info!)));
    }

    [Fact]
    public void Of_two_writers_in_one_moment_the_greater_epoch_wins() => Assert.True(new WriteStamp(5, 2) > new WriteStamp(5, 1));

    [Fact]
    public void An_older_presence_entry_changes_nothing()
    {
        var members = new PresenceMembers();
        members.SetElsewhere(First, Ada("new"), new WriteStamp(10, 1), 7);
        members.SetElsewhere(First, Ada("old"), new WriteStamp(9, 1), 6);
        Assert.False(members.RemoveElsewhere(First, "ada", 6));
        Assert.Equal("new", System.Text.Encoding.UTF8.GetString(members.Find("ada")!));
    }

    [Fact]
    public void A_leave_that_was_followed_by_another_does_not_end_the_second_grace()
    {
        var members = new PresenceMembers();
        members.Add(Ada("{}"), default, out _);
        members.Remove("ada", out _);
        var first = members.BeginLeave("ada");
        members.Add(Ada("{}"), default, out _);
        members.Remove("ada", out _);
        var second = members.BeginLeave("ada");
        Assert.False(members.Delete("ada", first));
        Assert.True(members.Delete("ada", second));
    }

    [Fact]
    public void What_was_written_after_something_was_seen_has_the_later_stamp_though_the_clock_is_behind()
    {
        var time = new SimClock();
        var ahead = new ClusterClock(new SimTime(time, TimeSpan.FromSeconds(30)), 1);
        var behind = new ClusterClock(new SimTime(time, TimeSpan.Zero), 2);
        var seen = ahead.Next();
        behind.Observe(seen.Time);
        Assert.True(behind.Next() > seen);
    }

    [Fact]
    public void A_clock_far_ahead_does_not_pull_others_along()
    {
        var time = new SimClock();
        var wrong = new ClusterClock(new SimTime(time, TimeSpan.FromDays(365)), 1);
        var right = new ClusterClock(new SimTime(time, TimeSpan.Zero), 2);
        right.Observe(wrong.Next().Time);
        Assert.InRange(right.Next().Time - new ClusterClock(new SimTime(time, TimeSpan.Zero), 3).Next().Time, 0, 61_000_000);
    }

    [Fact]
    public void A_key_is_admitted_once_and_again_after_two_minutes()
    {
        var clock = new SimClock();
        var keys = new AdmittedKeys(new ClusterClock(new SimTime(clock, TimeSpan.Zero), 1));
        Assert.True(keys.TryAdmit("app", 5));
        Assert.False(keys.TryAdmit("app", 5));
        Assert.True(keys.TryAdmit("app", 0) && keys.TryAdmit("app", 0));
        clock.Now += 121_000;
        Assert.True(keys.TryAdmit("app", 5));
    }

    [Fact]
    public void An_app_that_floods_keys_makes_the_others_forget_none()
    {
        var keys = new AdmittedKeys(new ClusterClock(new SimTime(new SimClock(), TimeSpan.Zero), 1));
        for (var key = 1UL; key <= 1000; key++) Assert.True(keys.TryAdmit("quiet", key));
        for (var key = 0UL; key < 2 * AdmittedKeys.Capacity; key++) Assert.True(keys.TryAdmit("loud", 1_000_000 + key));

        for (var key = 1UL; key <= 1000; key++) Assert.False(keys.TryAdmit("quiet", key));
        Assert.False(keys.TryAdmit("loud", 1_000_000 + (2 * AdmittedKeys.Capacity) - 1));
        Assert.True(keys.TryAdmit("loud", 1_000_000));
    }

    private static PresenceMember Ada(string info) => new("ada", System.Text.Encoding.UTF8.GetBytes(info));
}
