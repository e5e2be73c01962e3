namespace Sockudo.Tests.Infrastructure;

/// <summary>Bounds every wait of a test and says what was waited for when it runs out.</summary>
public static class Deadline
{
    /// <summary>Long enough for a loaded two-core machine, short enough not to stall a run: a passing test never uses it up.</summary>
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(15);

    /// <summary>Starting a process: the runtime's start, a browser's start.</summary>
    public static readonly TimeSpan ProcessStart = TimeSpan.FromSeconds(60);

    /// <summary>Waits for <paramref name="task"/>; throws <see cref="TimeoutException"/> naming <paramref name="what"/>.</summary>
    public static async Task<T> WithinAsync<T>(this Task<T> task, string what, TimeSpan? limit = null)
    {
        await ((Task)task).WithinAsync(what, limit);
        return await task;
    }

    /// <inheritdoc cref="WithinAsync{T}"/>
    public static async Task WithinAsync(this Task task, string what, TimeSpan? limit = null)
    {
        var bound = limit ?? Default;
        try
        {
            await task.WaitAsync(bound);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"{what} did not happen within {bound.TotalSeconds:0.#} s.");
        }
    }

    /// <summary>A token that is cancelled after <paramref name="limit"/>, for calls that take one.</summary>
    public static CancellationTokenSource Source(TimeSpan? limit = null) => new(limit ?? Default);
}
