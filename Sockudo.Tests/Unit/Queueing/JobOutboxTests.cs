using Sockudo.Server.Queueing;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Unit.Queueing;

public sealed class JobOutboxTests
{
    [Fact]
    public async Task The_oldest_is_the_lowest_wherever_it_stands()
    {
        var gate = new SemaphoreSlim(0);
        using var outbox = new JobOutbox(1, 1 << 20, async (_, stopping) =>
        {
            await gate.WaitAsync(stopping);
            return [];
        }, static (_, _) => { });

        // A job whose batch was open for longer comes behind one that is younger.
        foreach (var sequence in new long[] { 7, 5, 9, 5, 12 }) outbox.Add(NewJob(sequence));
        Assert.Equal(5, outbox.Oldest);

        using var stop = new CancellationTokenSource();
        var running = outbox.RunAsync(stop.Token);
        foreach (var oldest in new long?[] { 5, 5, 5, 12, null })
        {
            gate.Release();
            await Eventually.TrueAsync(() => outbox.Oldest == oldest && gate.CurrentCount == 0, $"the oldest is {oldest}", state: () => $"it is {outbox.Oldest}");
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_write_that_failed_as_none_should_is_made_by_the_next_run()
    {
        var written = new EventLog<Job>("the broker");
        var isBroken = true;
        using var outbox = new JobOutbox(10, 1 << 20, (jobs, _) =>
        {
            if (isBroken) throw new InvalidOperationException("a defect");
            foreach (var job in jobs) written.Add(job);
            return Task.FromResult<IReadOnlyList<string>>([]);
        }, static (_, _) => { });
        outbox.Add(NewJob(1));
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAsync<InvalidOperationException>(() => outbox.RunAsync(stop.Token));

        isBroken = false;
        var running = outbox.RunAsync(stop.Token);
        Assert.Equal(1, (await written.NextAsync()).Sequence);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static Job NewJob(long sequence) => new()
    {
        Id = $"job-{sequence}",
        AppId = "shop",
        Destination = "https://shop.example/hook",
        Partition = 0,
        EnqueuedAt = 1,
        Body = new byte[10],
        Sequence = sequence,
    };
}
