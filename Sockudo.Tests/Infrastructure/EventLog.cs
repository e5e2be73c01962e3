namespace Sockudo.Tests.Infrastructure;

/// <summary>
/// Everything that was received, in order, and waiting for what has not come yet. A reading position moves forward with each
/// successful wait, so that a second wait for the same event waits for a second event. Thread-safe.
/// </summary>
/// <param name="owner">Named in failures.</param>
public sealed class EventLog<T>(string owner)
{
    private readonly Lock _lock = new();
    private readonly List<T> _items = [];
    private TaskCompletionSource _changed = NewSignal();
    private string? _ended;
    private int _position;

    /// <summary>All that has been received so far.</summary>
    public IReadOnlyList<T> All
    {
        get
        {
            lock (_lock)
                return [.. _items];
        }
    }

    /// <summary>How many have been received so far.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _items.Count;
        }
    }

    /// <summary>What was received after the reading position.</summary>
    public IReadOnlyList<T> Unread
    {
        get
        {
            lock (_lock)
                return _items[_position..];
        }
    }

    /// <summary>How many items were read.</summary>
    public int Position
    {
        get
        {
            lock (_lock)
                return _position;
        }
    }

    public void Add(T item)
    {
        lock (_lock)
        {
            _items.Add(item);
            Signal();
        }
    }

    /// <summary>Nothing more will come; waits that are not served by what is there fail at once with <paramref name="reason"/>.</summary>
    public void End(string reason)
    {
        lock (_lock)
        {
            _ended ??= reason;
            Signal();
        }
    }

    /// <summary>The next item in order.</summary>
    public Task<T> NextAsync(TimeSpan? limit = null) => FirstAsync(_ => true, "the next event", limit);

    /// <summary>The first unread item that <paramref name="matches"/>; the reading position moves behind it.</summary>
    public async Task<T> FirstAsync(Func<T, bool> matches, string what, TimeSpan? limit = null)
    {
        var bound = limit ?? Deadline.Default;
        using var deadline = Deadline.Source(bound);
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                var index = _items.FindIndex(_position, item => matches(item));
                if (index >= 0)
                {
                    _position = index + 1;
                    return _items[index];
                }

                if (_ended is not null)
                    throw new InvalidOperationException($"{owner}: {what} can no longer come: {_ended}. {Describe()}");
                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                lock (_lock)
                    throw new TimeoutException($"{owner}: {what} did not come within {bound.TotalSeconds:0.#} s. {Describe()}");
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private string Describe() =>
        _items.Count == 0
            ? "Nothing was received."
            : $"Received ({_position} already read):\n  {string.Join("\n  ", _items)}";

    private void Signal()
    {
        var signal = _changed;
        _changed = NewSignal();
        signal.SetResult();
    }
}
