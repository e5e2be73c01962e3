using Sockudo.Server.Apps;
using Sockudo.Server.Connections;
using Sockudo.Server.Metrics;
using Sockudo.Server.Protocol;
using Sockudo.Server.Transport;
using Xunit;

namespace Sockudo.Tests.Unit.Performance;

/// <summary>
/// An output loop that can be held in the middle of a write, so that what is enqueued meanwhile is the caller's work alone and
/// the same each time. Its connections take every byte at once.
/// </summary>
internal sealed class HeldOutput : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly OutputLoop _loop = new(0);
    private readonly GateSink _gate = new();
    private readonly Connection _plug;
    private long _ids;

    public HeldOutput() => _plug = Connect(_gate);

    public App App { get; } = new() { Id = "app-id", Key = "app-key", Secret = "app-secret", EnableClientMessages = true };

    public AppMetrics Metrics { get; } = new("app-id");

    /// <summary>A socket whose client reads everything at once.</summary>
    public Connection Connect() => Connect(NowhereSink.Instance);

    /// <summary>Waits until everything enqueued so far is written and holds the loop from then on, until <see cref="Release"/>.</summary>
    public void Hold()
    {
        _plug.Send(PusherWriter.Ping);
        Assert.True(_gate.Entered.Wait(Deadline), "the output loop did not come to the gate");
    }

    public void Release() => _gate.Open.Release();

    public void Dispose()
    {
        _gate.Open.Release();
        _loop.Dispose();
        _gate.Dispose();
    }

    private Connection Connect(IFrameSink sink) =>
        new(new SocketId(1, ++_ids), App, Metrics, sink, _loop, new WebSocketOptions(), TimeProvider.System.GetTimestamp());

    private sealed class GateSink : IFrameSink, IDisposable
    {
        public SemaphoreSlim Entered { get; } = new(0);

        public SemaphoreSlim Open { get; } = new(0);

        public int TryWrite(ReadOnlySpan<byte> bytes)
        {
            Entered.Release();
            Open.Wait(Deadline);
            return bytes.Length;
        }

        public void Dispose()
        {
            Entered.Dispose();
            Open.Dispose();
        }

        public ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes) => ValueTask.FromResult(true);

        public void Abort()
        {
            // There is nothing to end.
        }
    }

    private sealed class NowhereSink : IFrameSink
    {
        public static readonly NowhereSink Instance = new();

        public int TryWrite(ReadOnlySpan<byte> bytes) => bytes.Length;

        public ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes) => ValueTask.FromResult(true);

        public void Abort()
        {
            // There is nothing to end.
        }
    }
}
