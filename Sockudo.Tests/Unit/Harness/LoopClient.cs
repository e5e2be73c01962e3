using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Sockudo.Server.Apps;
using Sockudo.Server.Connections;
using Sockudo.Server.Transport;

namespace Sockudo.Tests.Unit.Harness;

/// <summary>The far end of a running connection loop: what it says goes through a pipe, what it gets is in a <see cref="FakeSink"/>.</summary>
internal sealed class LoopClient
{
    private readonly Pipe _input;

    public LoopClient(Gate gate, App? app = null, PipeOptions? pipe = null, Action<FakeSink>? sink = null)
    {
        _input = new Pipe(pipe ?? new PipeOptions(useSynchronizationContext: false));
        var client = gate.Node.Create(app, gate.OutputLoop());
        Connection = client.Connection;
        Sink = client.Sink;
        sink?.Invoke(Sink);
        Ended = Task.Run(() => gate.Loop.RunAsync(Connection, _input.Reader));
    }

    public Connection Connection { get; }

    public FakeSink Sink { get; }

    public PipeReader Input => _input.Reader;

    /// <summary>Completes when the loop has returned.</summary>
    public Task Ended { get; }

    public List<WireFrame> Frames => Wire.Server(Sink.Bytes, allowCutEnd: true);

    public IEnumerable<WireFrame> CloseFrames => Frames.Where(static frame => frame.Opcode == Opcode.Close);

    /// <summary>The texts so far, the greeting included.</summary>
    public string[] Texts => [.. Frames.Where(static frame => frame.Opcode == Opcode.Text).Select(static frame => frame.Text)];

    public async Task<LoopClient> GreetedAsync()
    {
        await GotAsync("connection_established");
        return this;
    }

    public Task GotAsync(string text) =>
        Sink.UntilAsync(sink => Wire.Server(sink.Bytes, allowCutEnd: true).Exists(frame => Encoding.UTF8.GetString(frame.Payload).Contains(text, StringComparison.Ordinal)));

    public Task GotAsync(Opcode opcode) => Sink.UntilAsync(sink => Wire.Server(sink.Bytes, allowCutEnd: true).Exists(frame => frame.Opcode == opcode));

    public async Task SayAsync(params byte[][] frames)
    {
        foreach (var frame in frames) _input.Writer.Write(frame);
        await _input.Writer.FlushAsync();
    }

    public Task SayAsync(string json) => SayAsync(Wire.Client(json));

    /// <summary>Ends the stream, with an error for a reset.</summary>
    public ValueTask GoAsync(Exception? error = null) => _input.Writer.CompleteAsync(error);
}
