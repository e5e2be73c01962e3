using Sockudo.Server.Adapters.Cluster.Streams;
using Sockudo.Server.Adapters.Cluster.Wire;
using Xunit;

namespace Sockudo.Tests.Unit.Adapters.Cluster;

public sealed class EventStreamTests
{
    [Fact]
    public void Entries_are_numbered_from_one_and_taken_in_order()
    {
        var stream = Filled(3);
        var taken = Take(stream, int.MaxValue, out var first);
        Assert.Equal((1UL, 3, 3UL), (first, taken.Count, stream.SentUpTo));
        Assert.False(stream.TryTakeUnsent(1000, [], out _));
    }

    [Fact]
    public void A_batch_is_cut_by_bytes_but_has_at_least_one_entry()
    {
        var stream = Filled(10, bytes: 100);
        Assert.Equal(2, Take(stream, 250, out _).Count);
        Assert.Single(Take(stream, 10, out var third));
        Assert.Equal(3UL, third);
    }

    [Fact]
    public void The_ring_grows_over_its_first_slots_and_keeps_everything_in_its_bounds()
    {
        var stream = Filled(1000);
        Assert.Equal(1000, Take(stream, int.MaxValue, out _).Count);
        List<StreamEntry> read = [];
        stream.ReadSent(1, int.MaxValue, 0, read, out var first, out _, out _);
        Assert.Equal((1UL, 1000), (first, read.Count));
    }

    [Fact]
    public void The_oldest_is_evicted_by_bytes()
    {
        var stream = new EventStream(10 * 164, 1_000_000);
        for (var i = 0; i < 25; i++) stream.Append(Entry(100), i);
        Assert.Equal((16UL, 10L * 164), (stream.First, stream.Bytes));
    }

    [Fact]
    public void The_oldest_is_evicted_by_age()
    {
        var stream = new EventStream(1_000_000, 1000);
        for (var i = 0; i < 20; i++) stream.Append(Entry(10), i * 100);
        stream.EvictExpired(1950);
        Assert.Equal(11UL, stream.First);
    }

    [Fact]
    public void A_writer_behind_the_ring_goes_on_with_the_oldest_kept()
    {
        var stream = new EventStream(10 * 164, 1_000_000);
        for (var i = 0; i < 25; i++) stream.Append(Entry(100), i);
        Take(stream, int.MaxValue, out var first);
        Assert.Equal(16UL, first);
    }

    [Fact]
    public void A_repair_reads_what_was_sent_and_nothing_else()
    {
        var stream = Filled(10);
        Take(stream, 5 * 15, out _);
        stream.Append(Entry(10), 0);
        List<StreamEntry> read = [];
        stream.ReadSent(3, int.MaxValue, 0, read, out var first, out var ringStart, out var lastSent);
        Assert.Equal((3UL, 1UL, stream.SentUpTo), (first, ringStart, lastSent));
        Assert.Equal((int)(lastSent - 2), read.Count);
    }

    [Fact]
    public void What_was_not_heard_back_is_sent_again_once()
    {
        var stream = Filled(10);
        Take(stream, int.MaxValue, out _);
        stream.Heard(1, 6);
        stream.SendUnheardAgain();
        Assert.Equal(4, Take(stream, int.MaxValue, out var first).Count);
        Assert.Equal(7UL, first);
        Assert.False(stream.TryTakeUnsent(1000, [], out _));
    }

    [Fact]
    public void A_hole_in_what_was_heard_back_does_not_count_as_heard()
    {
        var stream = Filled(10);
        Take(stream, int.MaxValue, out _);
        stream.Heard(1, 3);
        stream.Heard(6, 10);
        stream.SendUnheardAgain();
        Take(stream, int.MaxValue, out var first);
        Assert.Equal(4UL, first);
    }

    [Fact]
    public void The_writer_is_woken_only_when_it_had_nothing_to_do()
    {
        var woken = 0;
        var stream = new EventStream(1_000_000, 1_000_000) { Pending = () => woken++ };
        for (var i = 0; i < 5; i++) stream.Append(Entry(10), 0);
        Take(stream, int.MaxValue, out _);
        stream.Append(Entry(10), 0);
        Assert.Equal(2, woken);
    }

    private static EventStream Filled(int count, int bytes = 10)
    {
        var stream = new EventStream(10_000_000, 1_000_000);
        for (var i = 0; i < count; i++) stream.Append(Entry(bytes), 0);
        return stream;
    }

    private static StreamEntry Entry(int bytes) => new(new byte[bytes], default);

    private static List<StreamEntry> Take(EventStream stream, int maxBytes, out ulong first)
    {
        List<StreamEntry> taken = [];
        Assert.True(stream.TryTakeUnsent(maxBytes, taken, out first));
        return taken;
    }
}
