using System.Net;
using System.Net.Sockets;
using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Transport;

public sealed class SocketSinkTests : IDisposable
{
    private readonly Socket _server;
    private readonly Socket _client;

    public SocketSinkTests()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        _client.Connect(listener.LocalEndPoint!);
        _server = listener.Accept();
        _server.SendBufferSize = 4096;
    }

    public void Dispose()
    {
        _server.Dispose();
        _client.Dispose();
    }

    [Fact]
    public void What_fits_is_sent_at_once()
    {
        Assert.Equal(5, Sink().TryWrite("hello"u8));

        var received = new byte[5];
        Assert.Equal(5, _client.Receive(received));
        Assert.Equal("hello"u8.ToArray(), received);
    }

    [Fact]
    public void A_full_socket_takes_nothing_and_does_not_wait()
    {
        var sink = Sink();
        Fill(sink);

        Assert.Equal(0, sink.TryWrite(new byte[100_000]));
    }

    [Fact]
    public async Task A_waiting_write_finishes_when_the_peer_reads()
    {
        var sink = Sink();
        var filled = Fill(sink);
        var write = sink.WriteAsync(new byte[300_000]).AsTask();
        Assert.False(write.IsCompleted);
        var left = filled + 300_000;
        var buffer = new byte[64 * 1024];
        while (left > 0) left -= await _client.ReceiveAsync(buffer, TestContext.Current.CancellationToken).AsTask().DeadlineAsync();

        Assert.True(await write.DeadlineAsync());
    }

    [Fact]
    public async Task A_parked_queue_sends_every_byte_in_order_to_a_slow_reader()
    {
        using var loop = new OutputLoop(0);
        var queue = new OutboundQueue(loop, Sink(), new OutputRecord(), null, int.MaxValue);
        var sent = Enumerable.Range(0, 3000).Select(static i => ServerFrame.Create(Opcode.Binary, [.. BitConverter.GetBytes(i), .. new byte[i % 700]])).ToArray();
        foreach (var frame in sent) queue.Enqueue(frame);
        queue.Close([ServerFrame.Close(1000, "")], discard: false, out _);
        var total = sent.Sum(static frame => frame.Length) + 4;
        var received = new List<byte>();
        var buffer = new byte[5000];
        while (received.Count < total)
        {
            var count = await _client.ReceiveAsync(buffer, TestContext.Current.CancellationToken).AsTask().DeadlineAsync();
            received.AddRange(buffer.AsSpan(0, count));
        }

        await queue.WhenClosedAsync().DeadlineAsync();
        var frames = Wire.Server([.. received]);
        Assert.Equal(Enumerable.Range(0, 3000), frames.Take(3000).Select(static frame => BitConverter.ToInt32(frame.Payload)));
        Assert.Equal(Opcode.Close, frames[3000].Opcode);
    }

    [Fact]
    public void A_disposed_socket_is_a_peer_that_is_gone()
    {
        var sink = Sink();
        _server.Dispose();

        Assert.Equal(-1, sink.TryWrite("x"u8));
    }

    [Fact]
    public async Task Disposing_the_socket_ends_a_waiting_write()
    {
        var sink = Sink();
        Fill(sink);
        var write = sink.WriteAsync(new byte[300_000]).AsTask();
        _server.Dispose();

        Assert.False(await write.DeadlineAsync());
    }

    [Fact]
    public async Task A_reset_ends_a_waiting_write()
    {
        var sink = Sink();
        Fill(sink);
        var write = sink.WriteAsync(new byte[3_000_000]).AsTask();
        _client.LingerState = new LingerOption(true, 0);
        _client.Dispose();

        Assert.False(await write.DeadlineAsync());
    }

    private SocketSink Sink() => new(_server, _server.Dispose);

    private static int Fill(SocketSink sink)
    {
        var filled = 0;
        while (sink.TryWrite(new byte[100_000]) is var sent && sent > 0) filled += sent;
        return filled;
    }
}
