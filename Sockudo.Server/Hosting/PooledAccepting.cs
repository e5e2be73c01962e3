using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Sockudo.Server.Hosting;

/// <summary>
/// Listeners that move to the pool after every few accepts: with <see cref="InlineCompletions"/> a storm of new connections would else keep
/// one of the few threads that read sockets for as long as the storm lasts, and with it every socket of that thread. Thread-safe.
/// </summary>
internal sealed class PooledAccepting(IConnectionListenerFactory sockets) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    // About 0.3 ms of accepting.
    private const int Accepts = 16;

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await sockets.BindAsync(endpoint, cancellationToken).ConfigureAwait(false));

    public bool CanBind(EndPoint endpoint) => sockets is not IConnectionListenerFactorySelector selector || selector.CanBind(endpoint);

    private sealed class Listener(IConnectionListener inner) : IConnectionListener
    {
        private int _accepted; // one accept at a time

        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            var connection = await inner.AcceptAsync(cancellationToken).ConfigureAwait(false);

            // Who asks next is on the pool, and stays there for as long as somebody is waiting.
            if (++_accepted % Accepts == 0) await Task.Yield();
            return connection;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => inner.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
