using System.Buffers;
using System.IO.Pipelines;

namespace Sockudo.Server.Transport;

/// <summary>
/// Writes into a transport's <see cref="PipeWriter"/>: TLS connections, and WebSockets that began as a later request of a
/// keep-alive connection.
/// </summary>
internal sealed class PipeSink(PipeWriter writer, Action abort) : IFrameSink
{
    private ValueTask<FlushResult> _flush;
    private bool _flushing;

    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (_flushing)
            {
                if (!_flush.IsCompleted) return 0;
                _flushing = false;
                if (IsGone(_flush.GetAwaiter().GetResult())) return -1;
            }

            writer.Write(bytes);
            var flush = writer.FlushAsync();
            if (flush.IsCompletedSuccessfully) return IsGone(flush.Result) ? -1 : bytes.Length;

            // The bytes are the pipe's now; the next write has to wait for this flush.
            _flush = flush;
            _flushing = true;
            return bytes.Length;
        }
        catch (Exception e) when (e is ObjectDisposedException or InvalidOperationException or IOException or OperationCanceledException)
        {
            return -1;
        }
    }

    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            if (_flushing)
            {
                _flushing = false;
                if (IsGone(await _flush.ConfigureAwait(false))) return false;
            }

            return bytes.IsEmpty || !IsGone(await writer.WriteAsync(bytes).ConfigureAwait(false));
        }
        catch (Exception e) when (e is ObjectDisposedException or InvalidOperationException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    public void Abort() => abort();

    private static bool IsGone(FlushResult result) => result.IsCompleted || result.IsCanceled;
}
