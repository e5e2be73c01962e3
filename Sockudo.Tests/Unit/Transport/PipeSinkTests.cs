using System.IO.Pipelines;
using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Transport;

public sealed class PipeSinkTests
{
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 100, resumeWriterThreshold: 50, useSynchronizationContext: false));

    [Fact]
    public async Task What_fits_is_written_at_once()
    {
        Assert.Equal(10, Sink().TryWrite(new byte[10]));
        Assert.Equal(10, (await _pipe.Reader.ReadAsync(TestContext.Current.CancellationToken)).Buffer.Length);
    }

    [Fact]
    public void A_write_over_the_threshold_is_the_pipes_and_the_next_has_to_wait()
    {
        var sink = Sink();

        Assert.Equal(200, sink.TryWrite(new byte[200]));
        Assert.Equal(0, sink.TryWrite(new byte[1]));
    }

    [Fact]
    public async Task After_the_reader_made_room_writing_goes_on()
    {
        var sink = Sink();
        sink.TryWrite(new byte[200]);
        await ReadAllAsync();

        Assert.Equal(1, sink.TryWrite(new byte[1]));
    }

    [Fact]
    public async Task A_waiting_write_first_waits_for_the_flush_under_way()
    {
        var sink = Sink();
        sink.TryWrite(new byte[200]);
        var write = sink.WriteAsync(new byte[1]).AsTask();
        Assert.False(write.IsCompleted);
        await ReadAllAsync();

        Assert.True(await write.DeadlineAsync());
    }

    [Fact]
    public async Task A_waiting_write_of_nothing_waits_for_the_flush_under_way()
    {
        var sink = Sink();
        sink.TryWrite(new byte[200]);
        var write = sink.WriteAsync(default).AsTask();
        Assert.False(write.IsCompleted);
        await ReadAllAsync();

        Assert.True(await write.DeadlineAsync());
    }

    [Fact]
    public void A_reader_that_is_gone_is_noticed()
    {
        _pipe.Reader.Complete();

        Assert.Equal(-1, Sink().TryWrite(new byte[1]));
    }

    [Fact]
    public async Task A_reader_that_goes_during_a_flush_is_noticed()
    {
        var sink = Sink();
        sink.TryWrite(new byte[200]);
        await _pipe.Reader.CompleteAsync();

        Assert.False(await sink.WriteAsync(new byte[1]).AsTask().DeadlineAsync());
    }

    [Fact]
    public void A_completed_writer_is_no_exception()
    {
        _pipe.Writer.Complete();

        Assert.Equal(-1, Sink().TryWrite(new byte[1]));
    }

    [Fact]
    public async Task A_queue_is_not_closed_while_the_pipe_flushes_its_last_frame()
    {
        using var loop = new OutputLoop(0);
        var queue = new OutboundQueue(loop, Sink(), new OutputRecord(), null, int.MaxValue);
        queue.Close([new byte[200]], discard: false, out _);
        var result = await _pipe.Reader.ReadAtLeastAsync(200, TestContext.Current.CancellationToken);
        var closed = queue.WhenClosedAsync();
        Assert.False(closed.IsCompleted);
        _pipe.Reader.AdvanceTo(result.Buffer.End);

        await closed.DeadlineAsync();
    }

    private PipeSink Sink() => new(_pipe.Writer, () => _pipe.Reader.Complete());

    private async Task ReadAllAsync()
    {
        var result = await _pipe.Reader.ReadAsync();
        _pipe.Reader.AdvanceTo(result.Buffer.End);
    }
}
