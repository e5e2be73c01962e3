using Sockudo.Server.Transport;

namespace Sockudo.Tests.Unit.Harness;

/// <summary>
/// A transport in memory. <see cref="Room"/> says what one <see cref="TryWrite"/> takes of the bytes it is offered (-1: the peer is gone);
/// <see cref="Hold"/> keeps waiting writes waiting. It notices two callers at a time.
/// </summary>
internal sealed class FakeSink : IFrameSink
{
    private readonly Lock _gate = new(); // guards everything below
    private readonly List<byte> _bytes = [];
    private readonly List<(Func<FakeSink, bool> Condition, TaskCompletionSource Reached)> _waiting = [];
    private TaskCompletionSource? _hold;
    private int _inside;

    /// <summary>How many of the offered bytes a write without waiting takes. Default: all.</summary>
    public Func<int, int> Room { get; set; } = static offered => offered;

    /// <summary>Runs inside each write that waits, before the hold.</summary>
    public Func<Task> BeforeWaitingWrite { get; set; } = static () => Task.CompletedTask;

    /// <summary>What a waiting write answers once it is let go.</summary>
    public bool IsAlive { get; set; } = true;

    /// <summary>Writes without waiting that were attempted.</summary>
    public int TryWrites { get; private set; }

    /// <summary>Writes that wait, those of no bytes included.</summary>
    public int WaitingWrites { get; private set; }

    /// <summary>Whether the transport was cut off.</summary>
    public bool IsAborted { get; private set; }

    /// <summary>Whether two callers were ever inside at once.</summary>
    public bool WasOverlapped { get; private set; }

    public byte[] Bytes
    {
        get
        {
            lock (_gate) return [.. _bytes];
        }
    }

    /// <summary>From now on a write that waits does so until <see cref="Release"/> or an abort.</summary>
    public void Hold()
    {
        lock (_gate) _hold ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Release()
    {
        TaskCompletionSource? hold;
        lock (_gate) (hold, _hold) = (_hold, null);
        hold?.SetResult();
    }

    /// <summary>Completes when the condition is true; looked at after each change.</summary>
    public Task UntilAsync(Func<FakeSink, bool> condition)
    {
        lock (_gate)
        {
            if (condition(this)) return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((condition, reached));
            return reached.Task.DeadlineAsync();
        }
    }

    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        Enter();
        int taken;
        try
        {
            taken = Room(bytes.Length);
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }

        lock (_gate)
        {
            TryWrites++;
            if (taken > 0) _bytes.AddRange(bytes[..taken]);
            Changed();
        }

        return taken;
    }

    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        Enter();
        Task? hold;
        lock (_gate)
        {
            WaitingWrites++;
            hold = _hold?.Task;
            Changed();
        }

        try
        {
            await BeforeWaitingWrite();
            if (hold is not null) await hold;
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }

        lock (_gate)
        {
            if (!IsAlive || IsAborted) return false;
            _bytes.AddRange(bytes.Span);
            Changed();
            return true;
        }
    }

    public void Abort()
    {
        lock (_gate)
        {
            IsAborted = true;
            Changed();
        }

        Release();
    }

    private void Enter()
    {
        if (Interlocked.Increment(ref _inside) != 1) WasOverlapped = true;
    }

    private void Changed()
    {
        for (var i = _waiting.Count - 1; i >= 0; i--)
        {
            if (!_waiting[i].Condition(this)) continue;
            _waiting[i].Reached.SetResult();
            _waiting.RemoveAt(i);
        }
    }
}
