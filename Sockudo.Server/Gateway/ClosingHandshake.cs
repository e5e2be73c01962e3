using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Sockudo.Server.Transport;

namespace Sockudo.Server.Gateway;

/// <summary>The end of a WebSocket that the server closes (RFC 6455 §7.1.1). Thread-safe.</summary>
internal sealed class ClosingHandshake(IOptions<GatewayOptions> options)
{
    /// <summary>
    /// Waits until the closing frames have left and the peer has answered with its own close frame, or is gone, or takes longer
    /// than the close timeout. Ending earlier, with bytes of the peer unread, would reset the connection and take the close
    /// frame with it. Without a <paramref name="reader"/> (the peer broke the framing) everything is discarded until the peer goes.
    /// </summary>
    public async Task FinishAsync(OutboundQueue output, PipeReader input, FrameReader? reader)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.CloseTimeout));
        try
        {
            await output.WhenClosedAsync().WaitAsync(deadline.Token).ConfigureAwait(false);
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

    /// <summary>Waits until the answer to the peer's close frame has left, at most the close timeout.</summary>
    public async Task FlushAsync(OutboundQueue output)
    {
        try
        {
            await output.WhenClosedAsync().WaitAsync(TimeSpan.FromSeconds(options.Value.CloseTimeout)).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            output.Fail();
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
