namespace Sockudo.Server.Transport;

/// <summary>
/// How long a socket has been read without a pause. A thread that reads sockets serves many: a client that sends faster than it is
/// served would keep it from all the others, so that its loop moves to the pool after each <see cref="Longest"/>
/// (docs/decisions/0012). Not thread-safe: a loop's own.
/// </summary>
internal struct ReadingTurn(long timestampFrequency)
{
    /// <summary>The time after which others have their turn.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(1);

    // Longer than a loop needs from the end of a read to one that has its bytes already.
    private static readonly TimeSpan Pause = TimeSpan.FromMicroseconds(200);

    private readonly long _longest = (long)(Longest.TotalSeconds * timestampFrequency);
    private readonly long _pause = (long)(Pause.TotalSeconds * timestampFrequency);
    private long _begin;
    private long _end;

    /// <summary>Takes note of a read that was handled from one timestamp to another, and says whether the turn is over; the next one then begins.</summary>
    public bool IsOver(long begin, long end)
    {
        if (begin - _end > _pause) _begin = begin;
        _end = end;
        if (end - _begin < _longest) return false;
        _begin = end;
        return true;
    }
}
