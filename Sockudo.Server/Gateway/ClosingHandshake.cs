using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Sockudo.Server.Transport;

namespace Sockudo.Server.Gateway;

/// <summary>
/// The end of a WebSocket (RFC 6455 §7.1.1). Each way of ending returns only when nobody writes to the transport any more, so that
/// it may be taken away: a pipe that is completed under a writer gives its memory to another connection. Thread-safe.
/// </summary>
internal sealed class ClosingHandshake(IOptions<GatewayOptions> options, TimeProvider time)
{
    /// <summary>
    /// The server closes: waits until the closing frames have left and the peer has answered with its own close frame, or is gone,
    /// or takes longer than the close timeout; then ends the connection as <see cref="EndAsync"/> does.
    /// </summary>
    public async Task FinishAsync(OutboundQueue output, PipeReader input, FrameReader reader)
    {
        using var deadline = new CancellationTokenSource(Timeout, time);
        if (!await HasLeftAsync(output, deadline.Token).ConfigureAwait(false)) return;
        if (await ReadUntilAsync(output, input, result => HoldsClose(reader, result), deadline.Token).ConfigureAwait(false))
            await EndAsync(output, input, deadline.Token).ConfigureAwait(false);
    }

    /// <summary>The peer closed: waits until the answer to its close frame has left, then ends the connection.</summary>
    public async Task AnswerAsync(OutboundQueue output, PipeReader input)
    {
        using var deadline = new CancellationTokenSource(Timeout, time);
        if (await HasLeftAsync(output, deadline.Token).ConfigureAwait(false))
            await EndAsync(output, input, deadline.Token).ConfigureAwait(false);
    }

    /// <summary>
    /// The peer broke the framing, so that its close frame cannot be told from the rest: waits until ours has left, ends the output and
    /// discards everything until the peer goes, at most the close timeout.
    /// </summary>
    public async Task DiscardAsync(OutboundQueue output, PipeReader input)
    {
        using var deadline = new CancellationTokenSource(Timeout, time);
        if (!await HasLeftAsync(output, deadline.Token).ConfigureAwait(false)) return;
        output.TryEndOutput();
        await ReadUntilAsync(output, input, static _ => false, deadline.Token).ConfigureAwait(false);
    }

    /// <summary>
    /// Ends the TCP connection first, as a server should, and reads on until the peer has ended its side: a socket that is closed with
    /// bytes of the peer unread resets the connection, and a reset takes the close frame with it.
    /// </summary>
    private async Task EndAsync(OutboundQueue output, PipeReader input, CancellationToken deadline)
    {
        if (output.TryEndOutput()) await ReadUntilAsync(output, input, static _ => false, deadline).ConfigureAwait(false);
    }

    /// <summary>Reads and discards until <paramref name="found"/> says so; false when the peer went first, or the deadline came.</summary>
    private async ValueTask<bool> ReadUntilAsync(OutboundQueue output, PipeReader input, Func<ReadResult, bool> found, CancellationToken deadline)
    {
        var turn = new ReadingTurn(time.TimestampFrequency);
        try
        {
            while (!output.IsFailed)
            {
                var result = await input.ReadAsync(deadline).ConfigureAwait(false);
                var begin = time.GetTimestamp();
                var isFound = found(result);
                input.AdvanceTo(result.Buffer.End);
                if (isFound) return true;
                if (result.IsCompleted) return false;
                if (turn.IsOver(begin, time.GetTimestamp())) await Task.Yield();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or InvalidOperationException)
        {
            output.Fail();
        }

        return false;
    }

    /// <summary>The peer is gone, or too slow: gives up and interrupts a write under way.</summary>
    public async Task AbandonAsync(OutboundQueue output)
    {
        output.Fail();
        var settled = output.WhenClosedAsync();
        if (settled.IsCompleted) return;
        output.Abort();
        try
        {
            await settled.WaitAsync(Timeout, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // A transport that does not end its writes even when aborted: nothing is left to wait for.
        }
    }

    private TimeSpan Timeout => TimeSpan.FromSeconds(options.Value.CloseTimeout);

    private async Task<bool> HasLeftAsync(OutboundQueue output, CancellationToken deadline)
    {
        try
        {
            await output.WhenClosedAsync().WaitAsync(deadline).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            await AbandonAsync(output).ConfigureAwait(false);
            return false;
        }
    }

    private static bool HoldsClose(FrameReader reader, ReadResult result)
    {
        var buffer = result.Buffer;
        while (true)
        {
            switch (reader.Read(ref buffer, out _))
            {
                case FrameEvent.NeedMore:
                    return false;
                case FrameEvent.Close or FrameEvent.Error:
                    return true;
            }
        }
    }
}
