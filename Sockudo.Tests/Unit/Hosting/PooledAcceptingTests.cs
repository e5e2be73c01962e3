using System.Net;
using Microsoft.AspNetCore.Connections;
using Sockudo.Server.Hosting;
using Xunit;

namespace Sockudo.Tests.Unit.Hosting;

public sealed class PooledAcceptingTests
{
    [Fact]
    public async Task A_storm_of_connections_leaves_the_accepting_thread_after_sixteen()
    {
        var listener = await new PooledAccepting(new Storm()).BindAsync(new IPEndPoint(IPAddress.Loopback, 0), TestContext.Current.CancellationToken);
        var context = new CountingContext();
        var moved = new List<int>();
        for (var i = 1; i <= 32; i++)
        {
            var before = context.Posts;
            await AcceptWithin(context, listener);
            if (context.Posts > before) moved.Add(i);
        }

        Assert.Equal([16, 32], moved);
    }

    private static Task AcceptWithin(SynchronizationContext context, IConnectionListener listener)
    {
        var previous = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            return listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(previous);
        }
    }

    /// <summary>Counts how often something moved away from the thread that called it.</summary>
    private sealed class CountingContext : SynchronizationContext
    {
        public int Posts { get; private set; }

        public override void Post(SendOrPostCallback d, object? state)
        {
            Posts++;
            base.Post(d, state);
        }
    }

    /// <summary>A listener with somebody waiting at all times.</summary>
    private sealed class Storm : IConnectionListenerFactory, IConnectionListener
    {
        public EndPoint EndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 6001);

        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => new(new DefaultConnectionContext());

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => default;

        public ValueTask DisposeAsync() => default;
    }
}
