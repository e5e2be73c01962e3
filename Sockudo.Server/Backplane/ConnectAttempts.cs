namespace Sockudo.Server.Backplane;

/// <summary>
/// One search for a connection, with overlapping attempts. An attempt that hangs, as they do while a broker is frozen or a network
/// swallows packets, would hold back the recovery for its whole timeout; so another is started beside it, and the first that succeeds
/// wins. Owned by one loop.
/// </summary>
internal sealed class ConnectAttempts(IBrokerConnector connector, TimeProvider time) : IDisposable
{
    private const int MostAtOnce = 3;

    private readonly CancellationTokenSource _ended = new();
    private readonly List<Task<IBrokerConnection>> _attempts = [];
    private readonly TimeSpan _stagger = TimeSpan.FromTicks(Math.Min(connector.ConnectTimeout.Ticks / MostAtOnce, TimeSpan.FromSeconds(1).Ticks));

    /// <summary>Waits for the next attempt to end: the connection, or why there is none. Attempts that hang go on beside the next call.</summary>
    public async Task<IBrokerConnection> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_attempts.Count < MostAtOnce)
            {
                _attempts.Add(connector.ConnectAsync(_ended.Token));
            }

            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var stagger = Task.Delay(_stagger, time, waiting.Token);
            var ended = await Task.WhenAny([.. _attempts, stagger]).ConfigureAwait(false);
            await waiting.CancelAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (ended is Task<IBrokerConnection> attempt)
            {
                _attempts.Remove(attempt);
                return await attempt.ConfigureAwait(false);
            }
        }
    }

    /// <summary>Gives up what is still under way.</summary>
    public void Dispose()
    {
        _ended.Cancel();
        foreach (var attempt in _attempts)
        {
            _ = CloseAsync(attempt);
        }

        _ended.Dispose();
    }

    private static async Task CloseAsync(Task<IBrokerConnection> attempt)
    {
        try
        {
            await (await attempt.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It lost the race; what it died of concerns nobody.
        }
    }
}
