using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Sockudo.Tests.Unit.Gateway;

/// <summary>A connection as Kestrel hands it to the door, with both ends in memory.</summary>
internal sealed class DoorContext : ConnectionContext, IDuplexPipe, IConnectionLifetimeNotificationFeature
{
    // Inline, so that what was said has been looked at when saying it returns: pieces stay pieces.
    private readonly Pipe _toServer = new(new PipeOptions(readerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));
    private readonly Pipe _toClient = new(new PipeOptions(useSynchronizationContext: false));
    private readonly CancellationTokenSource _closeRequested = new();

    public DoorContext()
    {
        Transport = this;
        Features.Set<IConnectionLifetimeNotificationFeature>(this);
        RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 40000);
    }

    public override string ConnectionId { get; set; } = "connection";

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    public bool IsAborted { get; private set; }

    public PipeReader Input => _toServer.Reader;

    public PipeWriter Output => _toClient.Writer;

    public CancellationToken ConnectionClosedRequested
    {
        get => _closeRequested.Token;
        set => throw new NotSupportedException();
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        IsAborted = true;
        _toServer.Writer.Complete(abortReason);
    }

    /// <summary>Asks the connection to end, as Kestrel does when it stops.</summary>
    public void RequestClose() => _closeRequested.Cancel();

    public async Task SayAsync(string text) => await _toServer.Writer.WriteAsync(Encoding.Latin1.GetBytes(text));

    public async Task SayAsync(byte[] bytes) => await _toServer.Writer.WriteAsync(bytes);

    public ValueTask GoAsync() => _toServer.Writer.CompleteAsync();

    /// <summary>Everything the server has said once it holds the text.</summary>
    public async Task<byte[]> GotAsync(Func<byte[], bool> isEnough)
    {
        using var deadline = new CancellationTokenSource(Harness.Within.Deadline);
        while (true)
        {
            var result = await _toClient.Reader.ReadAsync(deadline.Token);
            var bytes = result.Buffer.ToArray();
            _toClient.Reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (isEnough(bytes)) return bytes;
            if (result.IsCompleted) throw new InvalidDataException($"the server ended after: {Encoding.Latin1.GetString(bytes)}");
        }
    }
}
