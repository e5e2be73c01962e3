namespace Sockudo.Server.Transport;

/// <summary>What became of a frame.</summary>
internal enum EnqueueResult
{
    Queued,

    /// <summary>The connection is closing or gone; the frame is of no use any more.</summary>
    Closed,

    /// <summary>The client does not read fast enough and its queue is full; the frame was not taken.</summary>
    Full,
}

/// <summary>
/// The one pending list of one socket: frames leave in the order in which they were enqueued, whoever enqueued them.
/// <see cref="Enqueue"/> never waits and is thread-safe. What is pending leaves in one write by the <see cref="OutputLoop"/>;
/// when the socket is full the connection is parked: a drain of its own is then the only writer until everything is gone.
/// Bounded by frames and bytes; a full queue answers <see cref="EnqueueResult.Full"/> and its owner decides.
/// </summary>
internal sealed class OutboundQueue
{
    private const int KeptCapacity = 8;

    private readonly Lock _gate = new(); // guards every field below
    private readonly OutputLoop _loop;
    private readonly IFrameSink _sink;
    private readonly IOutputObserver _observer;
    private readonly int _maxFrames;
    private readonly int _maxBytes;
    private byte[][]? _pending;
    private int _count;
    private int _pendingBytes;
    private int _parkedBytes;
    private State _state;
    private TaskCompletionSource? _closed;
    private volatile bool _writing; // set under the gate, cleared by the writer when its bytes are with the transport

    public OutboundQueue(OutputLoop loop, IFrameSink sink, IOutputObserver observer, int? maxFrames, int maxBytes)
    {
        _loop = loop;
        _sink = sink;
        _observer = observer;
        _maxFrames = maxFrames ?? int.MaxValue;
        _maxBytes = maxBytes;
    }

    [Flags]
    private enum State : byte
    {
        None = 0,
        Scheduled = 1,
        Parked = 2,
        Closing = 4,
        Failed = 8,
    }

    /// <summary>Whether the transport is gone.</summary>
    public bool IsFailed
    {
        get
        {
            lock (_gate) return (_state & State.Failed) != 0;
        }
    }

    /// <summary>Whether more than half of what may wait does: no time to give the client more than has to be.</summary>
    public bool IsAboveHalf
    {
        get
        {
            lock (_gate) return _count > _maxFrames / 2 || (long)_pendingBytes + _parkedBytes > _maxBytes / 2;
        }
    }

    /// <summary>Appends a frame. The bytes must never change afterwards.</summary>
    public EnqueueResult Enqueue(byte[] frame)
    {
        lock (_gate)
        {
            if ((_state & (State.Closing | State.Failed)) != 0) return EnqueueResult.Closed;

            // A single frame above the byte limit still goes to a client that has nothing waiting: it is not slow.
            var waiting = _count > 0 || _parkedBytes > 0;
            if (waiting && (_count >= _maxFrames || (long)_pendingBytes + _parkedBytes + frame.Length > _maxBytes)) return EnqueueResult.Full;

            Append(frame);
            if ((_state & (State.Scheduled | State.Parked)) != 0) return EnqueueResult.Queued;
            _state |= State.Scheduled;
        }

        _loop.Schedule(this);
        return EnqueueResult.Queued;
    }

    /// <summary>
    /// Appends the last frames of the connection and takes no more. With <paramref name="discard"/> what is pending and not
    /// begun is dropped first (a slow consumer). Returns false when the connection was closing already.
    /// </summary>
    public bool Close(ReadOnlySpan<byte[]> lastFrames, bool discard, out int dropped)
    {
        dropped = 0;
        lock (_gate)
        {
            if ((_state & (State.Closing | State.Failed)) != 0) return false;
            if (discard)
            {
                dropped = _count;
                Clear();
            }

            foreach (var frame in lastFrames) Append(frame);
            _state |= State.Closing;
            if ((_state & (State.Scheduled | State.Parked)) != 0) return true;
            _state |= State.Scheduled;
        }

        _loop.Schedule(this);
        return true;
    }

    /// <summary>Completes when the closing frames have been given to the transport, or cannot be any more.</summary>
    public Task WhenClosedAsync()
    {
        lock (_gate)
        {
            if ((_state & State.Failed) != 0 || (_state == State.Closing && _count == 0 && !_writing)) return Task.CompletedTask;
            return (_closed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Gives up on the transport: what is pending is dropped, later frames are refused.</summary>
    public void Fail()
    {
        TaskCompletionSource? closed;
        lock (_gate)
        {
            if ((_state & State.Failed) != 0) return;
            _state |= State.Failed;
            Clear();
            closed = _closed;
        }

        closed?.TrySetResult();
        _observer.OnOutputFailed();
    }

    /// <summary>Writes everything pending with as few writes as possible. Called by the output loop only.</summary>
    internal void Flush(byte[] scratch)
    {
        bool more;
        do
        {
            ReadOnlySpan<byte> bytes;
            byte[]? owner;
            int frames;
            bool last;
            lock (_gate)
            {
                if ((_state & (State.Failed | State.Parked)) != 0 || _count == 0)
                {
                    _state &= ~State.Scheduled;
                    if (_state == State.Closing) _closed?.TrySetResult();
                    return;
                }

                frames = Take(scratch, out bytes, out owner);
                more = _count > 0;
                last = !more && (_state & State.Closing) != 0;
                _writing = true;

                // Cleared before the write: what is enqueued meanwhile schedules the next turn of this same thread.
                if (!more) _state &= ~State.Scheduled;
            }

            var written = _sink.TryWrite(bytes);
            if (written < 0)
            {
                _writing = false;
                Fail();
                return;
            }

            if (written < bytes.Length)
            {
                Park(owner is null ? bytes[written..].ToArray() : owner.AsMemory(written), frames, bytes.Length);
                return;
            }

            _writing = false;
            _observer.OnSent(frames, bytes.Length);
            if (last) SignalClosed();
        }
        while (more);
    }

    private void SignalClosed()
    {
        lock (_gate) _closed?.TrySetResult();
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

    private void Park(ReadOnlyMemory<byte> rest, int frames, int total)
    {
        lock (_gate)
        {
            _state |= State.Parked;
            _parkedBytes = rest.Length;
            _writing = false;
        }

        // Not awaited on purpose: the drain ends with the connection and reports through the observer; it does not throw.
        _ = DrainAsync(rest, frames, total);
    }

    private async Task DrainAsync(ReadOnlyMemory<byte> rest, int frames, int total)
    {
        while (true)
        {
            if (!await _sink.WriteAsync(rest).ConfigureAwait(false))
            {
                Fail();
                return;
            }

            _observer.OnSent(frames, total);
            lock (_gate)
            {
                _parkedBytes = 0;
                if ((_state & State.Failed) != 0) return;
                if (_count == 0)
                {
                    _state &= ~State.Parked;
                    if ((_state & State.Closing) != 0) _closed?.TrySetResult();
                    return;
                }

                (rest, frames) = TakeForDrain();
                total = _parkedBytes = rest.Length;
            }
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

    private void Append(byte[] frame)
    {
        if (_pending is null) _pending = new byte[4][];
        else if (_count == _pending.Length) Array.Resize(ref _pending, _count * 2);
        _pending[_count++] = frame;
        _pendingBytes += frame.Length;
    }

    private void Remove(int frames, int bytes)
    {
        _count -= frames;
        _pendingBytes -= bytes;
        var pending = _pending!;
        if (_count > 0) Array.Copy(pending, frames, pending, 0, _count);
        else if (pending.Length > KeptCapacity)
        {
            _pending = null;
            return;
        }

        Array.Clear(pending, _count, frames);
    }

    private void Clear()
    {
        _pending = null;
        _count = 0;
        _pendingBytes = 0;
    }
}
