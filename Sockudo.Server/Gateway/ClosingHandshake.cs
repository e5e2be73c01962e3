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
    /// or takes longer than the close timeout. Ending earlier, with bytes of the peer unread, would reset the connection and take
    /// the close frame with it. Without a <paramref name="reader"/> (the peer broke the framing) everything is discarded until the peer goes.
    /// </summary>
    public async Task FinishAsync(OutboundQueue output, PipeReader input, FrameReader? reader)
    {
        using var deadline = new CancellationTokenSource(Timeout, time);
        if (!await HasLeftAsync(output, deadline.Token).ConfigureAwait(false)) return;
        try
        {
            while (!output.IsFailed)
            {
                var result = await input.ReadAsync(deadline.Token).ConfigureAwait(false);
                var answered = reader is not null && HoldsClose(reader, result);
                input.AdvanceTo(result.Buffer.End);
                if (answered || result.IsCompleted) return;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or InvalidOperationException)
        {
            output.Fail();
        }
    }

    /// <summary>The peer closed: waits until the answer to its close frame has left, at most the close timeout.</summary>
    public async Task FlushAsync(OutboundQueue output)
    {
        using var deadline = new CancellationTokenSource(Timeout, time);
        await HasLeftAsync(output, deadline.Token).ConfigureAwait(false);
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
