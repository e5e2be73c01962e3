namespace Sockudo.Server.Adapters.Cluster.Membership;

/// <summary>
/// This node's heartbeats on one partition and which of them came back. How fresh the echo is counts from when the heartbeat was
/// sent: one that waited in a queue while the node slept proves nothing about now. Guarded by the cluster node's lock.
/// </summary>
internal sealed class OwnEcho
{
    private const int Remembered = 64;

    private readonly long[] _sentAt = new long[Remembered];

    /// <summary>The number of the last heartbeat.</summary>
    public ulong Number { get; private set; }

    /// <summary>The number of the last one that came back.</summary>
    public ulong Echoed { get; private set; }

    /// <summary>When the last one that came back was sent.</summary>
    public long EchoSentAt { get; private set; } = long.MinValue / 2;

    /// <summary>How long it took. Unit: milliseconds.</summary>
    public long LatencyMs { get; private set; } = -1;

    /// <summary>Whether anything ever came back.</summary>
    public bool HasAny => Echoed > 0;

    /// <summary>Numbers a heartbeat that is about to be sent.</summary>
    public ulong Next(long now)
    {
        _sentAt[++Number % Remembered] = now;
        return Number;
    }

    /// <summary>A heartbeat came back.</summary>
    public void Heard(ulong number, long now)
    {
        if (number <= Echoed || number > Number || Number - number >= Remembered) return;
        Echoed = number;
        EchoSentAt = _sentAt[number % Remembered];
        LatencyMs = now - EchoSentAt;
    }
}
