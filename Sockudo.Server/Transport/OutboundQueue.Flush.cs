namespace Sockudo.Server.Transport;

/// <content>The way out: the loop's turns, and the drain that takes over while the socket is full.</content>
internal sealed partial class OutboundQueue
{
    /// <summary>Writes everything pending with as few writes as possible. Called by the output loop only.</summary>
    internal void Flush(byte[] scratch)
    {
        bool more;
        do
        {
            ReadOnlySpan<byte> bytes;
            byte[]? owner;
            int frames;
            bool isLast;
            lock (_gate)
            {
                if (Is(State.Failed | State.Parked) || _count == 0)
                {
                    _state &= ~State.Scheduled;
                    return;
                }

                frames = Take(scratch, out bytes, out owner);
                more = _count > 0;
                isLast = !more && Is(State.Closing);
                _state |= State.Writing;

                // Cleared before the write: what is enqueued meanwhile schedules the next turn of this same thread.
                if (!more) _state &= ~State.Scheduled;
            }

            int written;
            try
            {
                written = _sink.TryWrite(bytes);
            }
            catch
            {
                if (EndWrite(needsDrain: false, more, 0)) Drain(default, 0, 0);
                throw;
            }

            if (EndWrite(written >= 0 && (isLast || written < bytes.Length), more, bytes.Length - written))
            {
                // Also with nothing left: the sink may still hold bytes of the last frame.
                Drain(written < 0 ? default : owner is null ? bytes[written..].ToArray() : owner.AsMemory(written), frames, bytes.Length);
                return;
            }

            if (written < 0)
            {
                Fail();
                return;
            }

            _observer.OnSent(frames, bytes.Length);
        }
        while (more);
    }

    /// <summary>Ends the loop's write. True when the queue now belongs to a drain, which the caller starts.</summary>
    private bool EndWrite(bool needsDrain, bool hasMore, int restBytes)
    {
        lock (_gate)
        {
            _state &= ~State.Writing;
            if (!needsDrain && !Is(State.Failed)) return false;
            _state |= State.Parked;
            _parkedBytes = restBytes;

            // The loop lets go of a queue it still had frames of; without this nobody would ever be woken for it again.
            if (hasMore) _state &= ~State.Scheduled;
            return true;
        }
    }

    /// <summary>Moves frames out of the list: one large frame by reference, or as many as fit copied into scratch.</summary>
    private int Take(byte[] scratch, out ReadOnlySpan<byte> bytes, out byte[]? owner)
    {
        var pending = _pending!;
        if (_count == 1 || pending[0].Length >= scratch.Length)
        {
            owner = pending[0];
            bytes = owner;
            Remove(1, owner.Length);
            return 1;
        }

        var length = 0;
        var frames = 0;
        while (frames < _count && length + pending[frames].Length <= scratch.Length)
        {
            pending[frames].CopyTo(scratch, length);
            length += pending[frames++].Length;
        }

        Remove(frames, length);
        owner = null;
        bytes = scratch.AsSpan(0, length);
        return frames;
    }

    // So many sends of a drain may complete at once, one behind another, before it gives its thread to others: a client that reads as fast
    // as it is sent to would keep the output loop, or the thread that found its socket ready, for as long as there are frames.
    internal const int SendsPerTurn = 16;

    // Not awaited on purpose: a drain ends with its connection, reports through the observer and does not throw.
    private void Drain(ReadOnlyMemory<byte> rest, int frames, int total) => _ = DrainAsync(rest, frames, total);

    private async Task DrainAsync(ReadOnlyMemory<byte> rest, int frames, int total)
    {
        var sends = 0;
        while (true)
        {
            var write = WriteAsync(rest);
            sends = write.IsCompleted ? sends + 1 : 0;
            var isAlive = await write.ConfigureAwait(false);
            if (isAlive && frames > 0) _observer.OnSent(frames, total);
            bool failsNow;
            lock (_gate)
            {
                _parkedBytes = 0;
                failsNow = !isAlive && !Is(State.Failed);
                if (failsNow)
                {
                    _state |= State.Failed;
                    Clear();
                }

                if (_count > 0)
                {
                    (rest, frames) = TakeForDrain();
                    total = _parkedBytes = rest.Length;
                }
                else
                {
                    _state &= ~State.Parked;
                    frames = 0;
                    if (Is(State.Closing | State.Failed))
                    {
                        _state |= State.Settled;
                        _settled?.TrySetResult();
                    }
                }
            }

            if (failsNow) _observer.OnOutputFailed();
            if (frames == 0) return;
            if (sends < SendsPerTurn) continue;
            sends = 0;
            await Task.Yield();
        }
    }

    private async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return await _sink.WriteAsync(bytes).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // A sink does not throw. One that does is as good as gone; its queue must not stay parked for ever.
            return false;
        }
    }

    private (ReadOnlyMemory<byte> Bytes, int Frames) TakeForDrain()
    {
        const int ChunkBytes = 64 * 1024;
        if (_count == 1 || _pending![0].Length >= ChunkBytes)
        {
            var single = _pending![0];
            Remove(1, single.Length);
            return (single, 1);
        }

        var chunk = GC.AllocateUninitializedArray<byte>(Math.Min(_pendingBytes, ChunkBytes));
        var frames = Take(chunk, out var bytes, out var owner);
        return owner is null ? (chunk.AsMemory(0, bytes.Length), frames) : (owner, frames);
    }
}
