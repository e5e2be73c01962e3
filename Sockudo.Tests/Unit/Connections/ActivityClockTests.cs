using Sockudo.Server.Connections;
using Xunit;

namespace Sockudo.Tests.Unit.Connections;

public sealed class ActivityClockTests
{
    [Fact]
    public void Anything_received_answers_a_ping()
    {
        var clock = new ActivityClock();
        clock.PingWasSent(10);
        clock.Received(11);

        Assert.Equal((11, 0), (clock.LastReceived, clock.PingSent));
    }

    [Fact]
    public void A_native_ping_is_no_question_to_be_answered()
    {
        var clock = new ActivityClock();
        clock.NativePingWasSent(10);

        Assert.Equal((10, 0), (clock.NativePingSent, clock.PingSent));
    }
}
