using Sockudo.Server.Transport;
using Xunit;

namespace Sockudo.Tests.Unit.Transport;

/// <summary>Whose turn it is on a thread that reads many sockets. Times in microseconds.</summary>
public sealed class ReadingTurnTests
{
    private const long MicrosecondsPerSecond = 1_000_000;
    private const long Start = 5_000_000_000;

    [Fact]
    public void A_turn_is_over_when_reads_without_a_pause_took_a_millisecond()
    {
        var turn = new ReadingTurn(MicrosecondsPerSecond);
        var isOver = Enumerable.Range(0, 10).Select(i => turn.IsOver(Start + (i * 150), Start + (i * 150) + 140)).ToList();

        Assert.Equal(6, isOver.IndexOf(true)); // 6 x 150 + 140 = 1040
    }

    [Fact]
    public void One_read_that_took_a_millisecond_is_a_turn()
    {
        var turn = new ReadingTurn(MicrosecondsPerSecond);

        Assert.True(turn.IsOver(Start, Start + 1000));
    }

    [Fact]
    public void A_pause_begins_a_new_turn()
    {
        var turn = new ReadingTurn(MicrosecondsPerSecond);

        Assert.DoesNotContain(true, Enumerable.Range(0, 100).Select(i => turn.IsOver(Start + (i * 900), Start + (i * 900) + 600)));
    }

    [Fact]
    public void After_a_turn_the_next_one_is_as_long()
    {
        var turn = new ReadingTurn(MicrosecondsPerSecond);
        turn.IsOver(Start, Start + 5000);

        Assert.False(turn.IsOver(Start + 5010, Start + 5990));
        Assert.True(turn.IsOver(Start + 5995, Start + 6010));
    }

    [Fact]
    public void Sixteen_small_requests_have_one_for_the_pool()
    {
        var turn = new RequestTurn();

        Assert.Equal(2, Enumerable.Range(0, 32).Count(_ => turn.IsForPool(100)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(16 * 1024 + 1)]
    public void A_large_request_or_one_of_unknown_length_is_for_the_pool(int? length)
    {
        var turn = new RequestTurn();

        Assert.All(Enumerable.Range(0, 3), _ => Assert.True(turn.IsForPool(length)));
    }
}
