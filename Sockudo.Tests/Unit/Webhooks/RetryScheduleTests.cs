using Sockudo.Server.Webhooks;
using Xunit;

namespace Sockudo.Tests.Unit.Webhooks;

public sealed class RetryScheduleTests
{
    private static readonly WebhookOptions Options = new();

    [Fact]
    public void Waits_double_from_one_second_to_sixty() =>
        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], Enumerable.Range(1, 8).Select(failures => RetrySchedule.Delay(failures, Options).TotalSeconds));

    [Fact]
    public void A_wait_never_overflows() => Assert.Equal(60, RetrySchedule.Delay(int.MaxValue, Options).TotalSeconds);

    [Theory]
    [InlineData(299_999, false)]
    [InlineData(300_000, true)]
    public void A_job_is_given_up_when_it_is_five_minutes_old(long age, bool isExpired) =>
        Assert.Equal(isExpired, RetrySchedule.IsExpired(1_000, 1_000 + age, Options));
}
