using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Sockudo.Server.Gateway;

/// <summary>Connections that have not sent their first request head yet; the sweep ends those that take too long. Thread-safe.</summary>
internal sealed class HandshakeDeadlines(IOptions<GatewayOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<ConnectionContext, long> _waiting = new(ReferenceEqualityComparer.Instance as IEqualityComparer<ConnectionContext>);

    /// <summary>Puts a connection under the deadline until the result is disposed.</summary>
    public Watching Watch(ConnectionContext context)
    {
        _waiting[context] = time.GetTimestamp();
        return new Watching(_waiting, context);
    }

    /// <summary>Ends what is over its deadline.</summary>
    public void Sweep()
    {
        foreach (var (context, since) in _waiting)
        {
            if (time.GetElapsedTime(since).TotalMilliseconds > options.Value.HandshakeTimeoutMs)
                context.Abort(new ConnectionAbortedException("no request head within the handshake timeout"));
        }
    }

    /// <summary>A connection under the deadline.</summary>
    public readonly struct Watching(ConcurrentDictionary<ConnectionContext, long> waiting, ConnectionContext context) : IDisposable
    {
        public void Dispose() => waiting.TryRemove(context, out _);
    }
}
