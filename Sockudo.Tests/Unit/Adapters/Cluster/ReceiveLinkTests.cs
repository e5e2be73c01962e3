using Sockudo.Server.Adapters.Cluster.Streams;
using Xunit;

namespace Sockudo.Tests.Unit.Adapters.Cluster;

public sealed class ReceiveLinkTests
{
    [Fact]
    public void A_held_batch_is_given_back_when_the_gap_before_it_is_closed()
    {
        var link = new ReceiveLink(0);
        link.StartAfter(4);
        link.Hold(7, 9, [1, 2, 3]);
        Assert.Null(link.TakeHeld());
        link.Advance();
        link.Advance();
        Assert.Equal([1, 2, 3], link.TakeHeld());
    }

    [Fact]
    public void Held_batches_that_were_repaired_meanwhile_are_dropped()
    {
        var link = new ReceiveLink(0);
        link.StartAfter(4);
        link.Hold(7, 9, [1]);
        link.StartAfter(9);
        Assert.Null(link.TakeHeld());
    }

    [Fact]
    public void Holding_is_bounded()
    {
        var link = new ReceiveLink(0);
        link.StartAfter(0);
        link.Hold(2, 2, new byte[1024 * 1024]);
        link.Hold(3, 3, [1]);
        link.StartAfter(1);
        Assert.NotNull(link.TakeHeld());
        link.StartAfter(2);
        Assert.Null(link.TakeHeld());
    }

    [Fact]
    public void A_skip_counts_what_it_passes_over_and_never_goes_back()
    {
        var link = new ReceiveLink(0);
        link.StartAfter(10);
        Assert.Equal((5UL, 0UL), (link.Skip(15), link.Skip(12)));
        Assert.Equal((15UL, 5L), (link.Position, link.Lost));
    }

    [Fact]
    public void The_end_of_a_peer_keeps_its_position()
    {
        var link = new ReceiveLink(0);
        link.StartAfter(10);
        link.Abandon();
        Assert.Equal((true, 10UL), (link.IsPositioned, link.Position));
    }
}
