using System.Collections.Concurrent;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>Something done again and again until it is paused; a pause is over when the turn under way is. What a turn throws is kept.</summary>
internal sealed class Pausable : IAsyncDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConcurrentQueue<Exception> _failures = new();
    private readonly Task _running;
    private bool _isPaused;

    public Pausable(TimeSpan period, Func<Task> turn) => _running = RunAsync(period, turn);

    public IReadOnlyCollection<Exception> Failures => _failures;

    public async Task PauseAsync()
    {
        if (!_isPaused)
        {
            await ((Task)_turn.WaitAsync()).WithinAsync("the pause of a load", TimeSpan.FromSeconds(30));
            _isPaused = true;
        }
    }

    public void Resume()
    {
        if (_isPaused)
        {
            _isPaused = false;
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        Resume();
        await _running;
        _ending.Dispose();
        _turn.Dispose();
    }

    private async Task RunAsync(TimeSpan period, Func<Task> turn)
    {
        using var timer = new PeriodicTimer(period);
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token))
            {
                await _turn.WaitAsync(_ending.Token);
                try
                {
                    await turn();
                }
                catch (Exception failure) when (failure is not OutOfMemoryException)
                {
                    _failures.Enqueue(failure);
                }
                finally
                {
                    _turn.Release();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the test.
        }
    }
}
