using Sockudo.Server.Queueing;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Queues;

/// <summary>What a queue promises whose jobs outlive the process.</summary>
public abstract class DurableQueueConformance(ITestOutputHelper output) : QueueConformance(output)
{
    [Fact]
    public async Task What_a_stopped_node_has_not_finished_the_next_one_gets()
    {
        var (queue, handler) = await OpenAsync(static _ => { });
        for (var i = 0; i < 10; i++) queue.Enqueue(NewJob(0, id: Name(i)));
        await handler.DistinctAsync(1, TimeSpan.FromSeconds(30));
        handler.Jobs.All[0].Job.Complete();
        await StopAsync(queue);
        var (_, next) = await OpenAsync();
        await next.DistinctAsync(9, Takeover);
        Assert.Equal(Enumerable.Range(1, 9).Select(Name), KeepsOrder ? next.Ids : next.Ids.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_a_dead_node_has_taken_another_gets_in_order_with_the_attempts_it_made()
    {
        var (queue, handler) = await OpenAsync(static _ => { });
        for (var i = 0; i < 10; i++) queue.Enqueue(NewJob(0, id: Name(i)));
        await handler.DistinctAsync(1, TimeSpan.FromSeconds(30));
        await Eventually.EqualAsync(0L, () => Task.FromResult(queue.Unstored), "jobs that are not stored", TimeSpan.FromSeconds(30));
        handler.Jobs.All[0].Job.Failed();
        handler.Jobs.All[0].Job.Failed();
        await SettledAsync();
        await KillAsync(queue);
        var (_, next) = await OpenAsync();
        await next.DistinctAsync(10, Takeover);
        var ids = next.Ids.Distinct().ToArray();
        Assert.Equal(Enumerable.Range(0, 10).Select(Name), KeepsOrder ? ids : ids.Order(StringComparer.Ordinal));
        var attempts = next.Jobs.All.First(handled => handled.Job.Id == Name(0)).Job.Attempts;
        Output.WriteLine($"attempts handed on: {attempts}");
        Assert.InRange(attempts, 1, 4);
    }

    [Fact]
    public async Task Two_nodes_share_the_work_and_no_job_is_handed_out_twice()
    {
        var (one, first) = await OpenAsync();
        var (two, second) = await OpenAsync();
        for (var i = 0; i < 200; i++) (i % 2 == 0 ? one : two).Enqueue(NewJob(i % JobPartitions.Count, id: Name(i)));
        await Eventually.TrueAsync(() => Task.FromResult(first.Ids.Concat(second.Ids).Distinct().Count() == 200), "200 jobs handed out", TimeSpan.FromSeconds(60),
            () => $"There were {first.Ids.Count()} and {second.Ids.Count()}.");
        Assert.Equal(200, first.Ids.Concat(second.Ids).Count());
        Output.WriteLine($"handed out: {first.Ids.Count()} and {second.Ids.Count()}");
    }
}
