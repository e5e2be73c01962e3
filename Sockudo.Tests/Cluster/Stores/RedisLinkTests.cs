using Sockudo.Tests.Infrastructure;
using StackExchange.Redis;
using Xunit;

namespace Sockudo.Tests.Cluster.Stores;

/// <summary>The connection that cache, limits and queue stand on.</summary>
public sealed class RedisLinkTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly RedisStoreDeployment _store = new();

    public ValueTask InitializeAsync() => _store.InitializeAsync();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task A_connection_that_is_lost_again_at_once_is_opened_again_after_waits_that_grow()
    {
        var link = _store.NewLink();
        var openings = new EventLog<long>("the link");
        link.OnOpened(() =>
        {
            openings.Add(TimeProvider.System.GetTimestamp());
            link.FailIfBroken(link.Database!, new RedisTimeoutException(CommandFlags.None, "as if it did not answer", CommandStatus.Sent));
        });
        link.Start();

        // Waits of 50, 100, 200 and 400 ms: without them there are hundreds of openings a second.
        List<long> at = [];
        for (var i = 0; i < 5; i++) at.Add(await openings.NextAsync());
        var took = TimeProvider.System.GetElapsedTime(at[0], at[^1]);
        output.WriteLine($"five openings in {took.TotalMilliseconds:0} ms");
        Assert.InRange(took, TimeSpan.FromMilliseconds(740), Deadline.Default);
    }

    [Fact]
    public async Task Whoever_waits_after_a_loss_gets_the_next_connection()
    {
        var link = await _store.LinkAsync();
        var lost = link.Database!;
        link.FailIfBroken(lost, new RedisTimeoutException(CommandFlags.None, "as if it did not answer", CommandStatus.Sent));
        Assert.Null(link.Database);

        var next = await link.ConnectedAsync(TestContext.Current.CancellationToken).AsTask().WithinAsync("another connection");
        Assert.NotSame(lost.Multiplexer, next.Multiplexer);
        Assert.True(await next.PingAsync() >= TimeSpan.Zero);
    }
}
