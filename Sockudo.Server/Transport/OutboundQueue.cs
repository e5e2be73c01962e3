namespace Sockudo.Server.Transport;

/// <summary>
/// The one pending list of one socket: frames leave in the order in which they were enqueued, whoever enqueued them.
/// <see cref="Enqueue"/> never waits and is thread-safe. What is pending leaves in one write by the <see cref="OutputLoop"/>;
/// when the socket is full the connection is parked: a drain of its own is then the only writer until everything is gone.
/// Bounded by bytes, and by frames while the socket takes nothing; a full queue answers <see cref="EnqueueResult.Full"/> and its owner decides.
/// </summary>
internal sealed partial class OutboundQueue
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
    private TaskCompletionSource? _settled;

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

        /// <summary>In the loop's list, or in its hands with more to write.</summary>
        Scheduled = 1,

        /// <summary>The loop is inside the sink.</summary>
        Writing = 2,

        /// <summary>A drain is the only writer.</summary>
        Parked = 4,

        /// <summary>The last frames are in the list, or were.</summary>
        Closing = 8,

        Failed = 16,

        /// <summary>Closed or failed, and nobody is inside the sink or ever will be.</summary>
        Settled = 32,
    }

    /// <summary>Whether the transport is gone.</summary>
    public bool IsFailed
    {
        get
        {
            lock (_gate) return Is(State.Failed);
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
            if (Is(State.Closing | State.Failed)) return EnqueueResult.Closed;

            // Slow is a client whose transport does not take what there is: only then do frames count. A burst that the loop has
            // not come to yet is bounded by bytes alone, and a single frame above that limit still goes to a client that has
            // nothing waiting.
            if (Is(State.Parked) && _count >= _maxFrames) return EnqueueResult.Full;
            if ((_count > 0 || _parkedBytes > 0) && (long)_pendingBytes + _parkedBytes + frame.Length > _maxBytes) return EnqueueResult.Full;

            Append(frame);
            if (Is(State.Scheduled | State.Parked)) return EnqueueResult.Queued;
            _state |= State.Scheduled;
        }

        _loop.Schedule(this);
        return EnqueueResult.Queued;
    }

    /// <summary>
    /// Appends the last frames of the connection, at least one, and takes no more. With <paramref name="discard"/> what is pending and not
    /// begun is dropped first (a slow consumer). Returns false when the connection was closing already.
    /// </summary>
    public bool Close(ReadOnlySpan<byte[]> lastFrames, bool discard, out int dropped)
    {
        dropped = 0;
        lock (_gate)
        {
            if (Is(State.Closing | State.Failed)) return false;
            if (discard)
            {
                dropped = _count;
                Clear();
            }

            foreach (var frame in lastFrames) Append(frame);
            _state |= State.Closing;
            if (Is(State.Scheduled | State.Parked)) return true;
            _state |= State.Scheduled;
        }

        _loop.Schedule(this);
        return true;
    }

    /// <summary>
    /// Completes when the closing frames have left through the sink, or cannot any more, and nobody is inside the sink: from then
    /// on the transport may be taken away. Completes only after <see cref="Close"/> or <see cref="Fail"/>.
    /// </summary>
    public Task WhenClosedAsync()
    {
        lock (_gate)
        {
            if (Is(State.Settled)) return Task.CompletedTask;
            return (_settled ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Half-closes the transport (<see cref="IFrameSink.TryEndOutput"/>). Only once <see cref="WhenClosedAsync"/> has completed.</summary>
    public bool TryEndOutput() => !IsFailed && _sink.TryEndOutput();

    /// <summary>Gives up on the transport: what is pending is dropped, later frames are refused. A write under way is not interrupted.</summary>
    public void Fail()
    {
        bool isIdle;
        lock (_gate)
        {
            if (Is(State.Failed)) return;
            _state |= State.Failed;
            Clear();
            isIdle = !Is(State.Writing | State.Parked | State.Settled);
            if (isIdle) _state |= State.Parked;
        }

        if (isIdle) Drain(default, 0, 0);
        _observer.OnOutputFailed();
    }

    /// <summary>Ends the transport at once and gives up on it; a write under way fails.</summary>
    public void Abort()
    {
        _sink.Abort();
        Fail();
    }

    private bool Is(State any) => (_state & any) != 0;

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
