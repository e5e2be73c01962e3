using Microsoft.Extensions.Options;
using Sockudo.Server.Queueing;
using Sockudo.Server.Queueing.Memory;
using Xunit;

namespace Sockudo.Tests.Cluster.Queues;

/// <summary>The queue in the process.</summary>
public sealed class MemoryQueueTests(ITestOutputHelper output) : QueueConformance(output)
{
    protected override bool IsDurable => false;

    [Fact]
    public Task A_destination_gets_a_quarter_of_the_room_and_the_rest_are_dead_letters_with_their_reason() => DestinationGetsAQuarter();

    [Fact]
    public async Task What_a_replay_has_no_room_for_stays_a_dead_letter_in_its_order()
    {
        var (queue, handler) = await OpenAsync(static job => { }, new QueueOptions { MaxJobs = 8 });
        for (var i = 0; i < 7; i++) queue.Enqueue(NewJob(0, id: Name(i)));
        var full = handler.Dead.All.Count;

        Assert.Equal(0, await queue.DeadLetters.ReplayAsync("shop", null, TestContext.Current.CancellationToken));
        handler.Jobs.All[0].Job.Complete();
        Assert.Equal(1, await queue.DeadLetters.ReplayAsync("shop", null, TestContext.Current.CancellationToken));

        var left = await queue.DeadLetters.ListAsync("shop", 100, TestContext.Current.CancellationToken);
        Assert.Equal([Name(0), Name(1), Name(2)], handler.Ids);
        Assert.Equal([Name(6), Name(5), Name(4), Name(3)], left.Select(letter => letter.Job.Id));
        Assert.Equal((5, 5), (full, handler.Dead.All.Count));
    }

    private protected override IJobQueue Create(QueueOptions options) => new MemoryJobQueue(Options.Create(options), TimeProvider.System);
}
