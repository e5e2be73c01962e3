namespace Sockudo.Tests.Infrastructure;

/// <summary>
/// For the truths nobody signals (a counter of the server, a port that opens): asks again until they hold. Where there is an
/// event to wait for, wait for the event.
/// </summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks until <paramref name="holds"/> answers true; throws <see cref="TimeoutException"/> with the last answer of <paramref name="state"/>.</summary>
    public static async Task TrueAsync(Func<Task<bool>> holds, string what, TimeSpan? limit = null, Func<string>? state = null)
    {
        var bound = limit ?? Deadline.Default;
        using var timer = new PeriodicTimer(Interval);
        using var deadline = Deadline.Source(bound);
        try
        {
            while (!await holds())
                await timer.WaitForNextTickAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw new TimeoutException($"{what} did not become true within {bound.TotalSeconds:0.#} s. {state?.Invoke()}");
        }
    }

    /// <inheritdoc cref="TrueAsync(Func{Task{bool}}, string, TimeSpan?, Func{string}?)"/>
    public static Task TrueAsync(Func<bool> holds, string what, TimeSpan? limit = null, Func<string>? state = null) =>
        TrueAsync(() => Task.FromResult(holds()), what, limit, state);

    /// <summary>Asks until the answer equals <paramref name="expected"/>; the failure names the last answer.</summary>
    public static async Task EqualAsync<T>(T expected, Func<Task<T>> actual, string what, TimeSpan? limit = null)
    {
        T last = default!;
        await TrueAsync(
            async () => EqualityComparer<T>.Default.Equals(expected, last = await actual()),
            what,
            limit,
            () => $"Expected {expected}, last seen {last}.");
    }

    /// <summary>Tries until <paramref name="attempt"/> gives a result instead of a failed connection, and returns it.</summary>
    public static async Task<T> ResultAsync<T>(Func<Task<T>> attempt, string what, TimeSpan? limit = null)
    {
        T result = default!;
        await TrueAsync(
            async () =>
            {
                try
                {
                    result = await attempt();
                    return true;
                }
                catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException or InvalidOperationException)
                {
                    return false;
                }
            },
            what,
            limit);
        return result;
    }
}
