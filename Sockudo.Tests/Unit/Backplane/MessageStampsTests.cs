using Sockudo.Server.Backplane;
using Xunit;

namespace Sockudo.Tests.Unit.Backplane;

/// <summary>At most once, although a subscription may stand on two nodes of a cluster for a moment.</summary>
public sealed class MessageStampsTests
{
    private readonly MessageStamps _one = new();
    private readonly MessageStamps _two = new();
    private readonly SeenStamps _seen = new();

    [Fact]
    public void A_message_comes_out_as_it_went_in()
    {
        ReadOnlySpan<byte> message = _one.Stamp("hello"u8.ToArray()).Span;
        Assert.True(_seen.TryTake(ref message));
        Assert.Equal("hello"u8, message);
    }

    [Fact]
    public void A_message_that_comes_twice_is_taken_once()
    {
        var stamped = _one.Stamp("hello"u8.ToArray());
        Assert.True(Take(stamped));
        Assert.False(Take(stamped));
    }

    [Fact]
    public void Two_paths_that_interleave_give_one_sequence()
    {
        var messages = Enumerable.Range(0, 100).Select(number => _one.Stamp(new[] { (byte)number })).ToArray();
        var taken = messages.SelectMany(static message => new[] { message, message }).Where(Take).Select(static message => (int)message.Span[^1]);
        Assert.Equal(Enumerable.Range(0, 100), taken);
    }

    [Fact]
    public void Publishers_are_numbered_apart()
    {
        Assert.True(Take(_one.Stamp(new byte[1])));
        Assert.True(Take(_two.Stamp(new byte[1])));
    }

    [Fact]
    public void What_bears_no_stamp_is_not_taken() => Assert.False(Take(new byte[MessageStamps.Length - 1]));

    private bool Take(ReadOnlyMemory<byte> message)
    {
        var span = message.Span;
        return _seen.TryTake(ref span);
    }
}
