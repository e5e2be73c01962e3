using Xunit;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>The audit of the fault tests finds what it is there to find.</summary>
public sealed class AuditTests
{
    [Theory]
    [InlineData("0:0 0:1 0:1", "a repetition")]
    [InlineData("0:0 0:2", "a hole")]
    [InlineData("0:0 0:2 0:1", "an inversion")]
    [InlineData("0:1", "a start too late")]
    [InlineData("0:0 1:1", "a generation that begins late")]
    [InlineData("1:0 0:0", "a generation that is over")]
    public void Every_breach_of_order_is_a_violation(string received, string what)
    {
        var view = new ChannelView(new ChannelRecord.Mark(0, 0));
        Assert.True(received.Split(' ').Select(data => view.Take(data)).Any(static violation => violation is not null), what);
    }

    [Fact]
    public void What_was_confirmed_and_did_not_come_is_missing_but_for_the_tail_of_a_death()
    {
        var record = new ChannelRecord("news");
        var view = new ChannelView(record.Now);
        for (var i = 0; i < 4; i++)
        {
            var data = record.Take(out var number);
            record.Confirm(number);
            if (i < 2)
            {
                Assert.Null(view.Take(data));
            }
        }

        var taken = 0;
        Assert.Contains("1 is the last, 3 was confirmed", view.Missing(record, ref taken), StringComparison.Ordinal);
        record.EndGeneration(mayMiss: 2);
        Assert.Null(view.Missing(record, ref taken));
        Assert.Equal(2, taken);
    }

    [Fact]
    public void A_hole_is_counted_only_where_a_loss_is_made()
    {
        var view = new ChannelView(new ChannelRecord.Mark(0, 0));
        Assert.Null(view.Take("0:0"));
        Assert.Null(view.Take("0:5", mayPassOver: true));
        Assert.Equal(4, view.PassedOver);
        Assert.NotNull(view.Take("0:5", mayPassOver: true));
    }

    [Fact]
    public void A_member_added_or_removed_twice_is_a_violation()
    {
        var view = new MemberView(["ada"]);
        Assert.NotNull(view.Take(added: true, "ada"));
        Assert.Null(view.Take(added: false, "ada"));
        Assert.NotNull(view.Take(added: false, "ada"));
    }
}
