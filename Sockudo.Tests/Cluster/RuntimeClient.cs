using System.Text;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;
using Sockudo.Server.Metrics;
using Sockudo.Server.Protocol;
using Sockudo.Server.Transport;
using Xunit;

namespace Sockudo.Tests.Cluster;

/// <summary>A client of a node that takes all it is given and keeps the events of the workload.</summary>
internal sealed class RuntimeClient : IFrameSink
{
    private static long s_last;
    private readonly Lock _gate = new();
    private readonly List<string> _events = [];

    public RuntimeClient(OutputLoop loop)
    {
        Connection = new Connection(
            new SocketId(1, Interlocked.Increment(ref s_last)), RuntimeNode.App, new AppMetrics("app"), this, loop,
            new WebSocketOptions { MaxMessages = null, MaxBackpressure = int.MaxValue }, TimeProvider.System.GetTimestamp());
    }

    public Connection Connection { get; }

    public int Count
    {
        get
        {
            lock (_gate) return _events.Count;
        }
    }

    public List<string> Events
    {
        get
        {
            lock (_gate) return [.. _events];
        }
    }

    public void Subscribe(RuntimeNode node, string channel, string? user)
    {
        Assert.True(ChannelName.TryParse(channel, 200, out var name, out _));
        node.Adapter.Subscribe(Connection, name, user is null ? null : new PresenceMember(user, "{}"u8.ToArray()));
    }

    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        lock (_gate)
        {
            for (var at = text.IndexOf("\"event\":\"sim\"", StringComparison.Ordinal); at >= 0; at = text.IndexOf("\"event\":\"sim\"", at + 1, StringComparison.Ordinal))
            {
                var from = text.IndexOf("\"data\":\"", at, StringComparison.Ordinal) + 8;
                _events.Add(text[from..text.IndexOf('"', from)]);
            }
        }

        return bytes.Length;
    }

    public ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes) => ValueTask.FromResult(true);

    public void Abort()
    {
    }
}
