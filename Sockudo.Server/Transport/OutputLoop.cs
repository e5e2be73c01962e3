using Microsoft.Extensions.Logging.Abstractions;

namespace Sockudo.Server.Transport;

/// <summary>
/// A thread that does nothing but send. Each turn it takes the connections that became dirty and gives each one write of
/// everything pending; what arrives meanwhile leaves with the next turn, so frames coalesce by themselves under load and leave
/// at once when there is none (docs/decisions/0002). <see cref="Schedule"/> is thread-safe.
/// The list of dirty connections is bounded by the number of connections: each is in it at most once.
/// </summary>
internal sealed partial class OutputLoop : IDisposable
{
    private const int ScratchBytes = 64 * 1024;

    // About 100 us of sends. A loop that keeps its processor for a whole turn keeps it from those who bring the next frames: they
    // come too late for this turn and each costs a send of its own.
    private const int SendsBeforeGivingWay = 16;

    private readonly Lock _gate = new(); // guards _dirty and _sleeping
    private readonly AutoResetEvent _wake = new(false); // never disposed: whoever enqueues late may still set it
    private readonly Thread _thread;
    private readonly ILogger _logger;
    private List<OutboundQueue> _dirty = new(256);
    private bool _sleeping;
    private volatile bool _stopping;

    public OutputLoop(int index, ILogger? logger = null)
    {
        _logger = logger ?? NullLogger.Instance;
        _thread = new Thread(Run) { IsBackground = true, Name = $"output-{index}" };
        _thread.Start();
    }

    /// <summary>Asks for a flush of a connection that was clean.</summary>
    public void Schedule(OutboundQueue queue)
    {
        bool wake;
        lock (_gate)
        {
            _dirty.Add(queue);
            wake = _sleeping;
            _sleeping = false;
        }

        if (wake) _wake.Set();
    }

    /// <summary>Ends the thread after its current turn. What is scheduled later stays where it is.</summary>
    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
        if (Thread.CurrentThread != _thread) _thread.Join(TimeSpan.FromSeconds(5));
    }

    private void Run()
    {
        var scratch = GC.AllocateUninitializedArray<byte>(ScratchBytes, pinned: true);
        var turn = new List<OutboundQueue>(256);
        while (!_stopping)
        {
            bool idle;
            lock (_gate)
            {
                idle = _dirty.Count == 0;
                if (idle) _sleeping = true;
                else (turn, _dirty) = (_dirty, turn);
            }

            if (idle)
            {
                _wake.WaitOne();
                continue;
            }

            for (var i = 0; i < turn.Count; i++)
            {
                if ((i + 1) % SendsBeforeGivingWay == 0) Thread.Yield();
                var queue = turn[i];
                try
                {
                    queue.Flush(scratch);
                }
                catch (Exception e)
                {
                    // The thread must outlive any one connection.
                    LogDefect(e);
                    GiveUp(queue);
                }
            }

            turn.Clear();
        }
    }

    private void GiveUp(OutboundQueue queue)
    {
        try
        {
            queue.Abort();
        }
        catch (Exception e)
        {
            LogDefect(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Writing to a socket failed because of a defect in the server; the socket is cut off")]
    private partial void LogDefect(Exception exception);
}
