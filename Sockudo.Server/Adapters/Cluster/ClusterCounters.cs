namespace Sockudo.Server.Adapters.Cluster;

/// <summary>What the cluster counted since start. Written under the node's lock, read anywhere.</summary>
internal sealed class ClusterCounters
{
    /// <summary>Messages and entries that did not parse.</summary>
    public long Garbage;

    /// <summary>Messages of nodes with another major version, secret or partition count.</summary>
    public long Refused;

    /// <summary>Messages received and opened, with their bytes.</summary>
    public long Received;

    public long ReceivedBytes;

    /// <summary>Messages given to the broker, with their bytes, and how many it did not take.</summary>
    public long Sent;

    public long SentBytes;

    public long SendFailures;

    /// <summary>Snapshot and repair requests sent, received, answered, and repeated because no answer came; and all answers that came.</summary>
    public long RequestsSent;

    public long RequestsReceived;

    public long RequestsAnswered;

    public long RequestsRepeated;

    public long AnswersReceived;

    /// <summary>Gaps found, entries repaired, entries lost, over all peers there ever were.</summary>
    public long Gaps;

    public long Repaired;

    public long Lost;

    /// <summary>Entries of this node's stream that had a sequence and that the broker will never take.</summary>
    public long Unsendable;

    /// <summary>Nodes declared dead.</summary>
    public long Deaths;

    /// <summary>Times the connection was replaced because proof was lost.</summary>
    public long Reconnects;

    /// <summary>Adds what another node counted.</summary>
    public void Add(ClusterCounters other)
    {
        Garbage += other.Garbage;
        Refused += other.Refused;
        Received += other.Received;
        ReceivedBytes += other.ReceivedBytes;
        Sent += other.Sent;
        SentBytes += other.SentBytes;
        SendFailures += other.SendFailures;
        RequestsSent += other.RequestsSent;
        RequestsReceived += other.RequestsReceived;
        RequestsAnswered += other.RequestsAnswered;
        RequestsRepeated += other.RequestsRepeated;
        AnswersReceived += other.AnswersReceived;
        Gaps += other.Gaps;
        Repaired += other.Repaired;
        Lost += other.Lost;
        Unsendable += other.Unsendable;
        Deaths += other.Deaths;
        Reconnects += other.Reconnects;
    }
}
