using Sockudo.Server.Adapters.Cluster.Streams;
using Sockudo.Server.Adapters.Cluster.Wire;

namespace Sockudo.Server.Adapters.Cluster.Membership;

/// <summary>What a partition's bus writer has to send besides the stream. Guarded by the cluster node's lock; <see cref="Scratch"/> is the writer's.</summary>
internal sealed class Lane
{
    /// <summary>Answers and requests to single nodes. Bounded; a message too many is dropped: whoever waits for it asks again.</summary>
    public Queue<Outgoing> Direct { get; } = new();

    public const int MaxDirect = 1024;

    /// <summary>Entries of the batch being written.</summary>
    public List<StreamEntry> Scratch { get; } = [];

    /// <summary>What the broker does not take of the stream.</summary>
    public BatchRefusals Refusals { get; } = new();

    public bool WasDirectLast { get; set; }

    public bool IsHeartbeatDue { get; set; }

    public long NextHeartbeatAt { get; set; }

    public bool IsHelloDue { get; set; }

    /// <summary>The request id of the snapshots our hello asks for; 0 before it was sent.</summary>
    public uint HelloNonce { get; set; }

    public long HelloSentAt { get; set; }

    /// <summary>When the hello came back to us first: from then on it was heard by all who hear.</summary>
    public long? HelloEchoedAt { get; set; }

    /// <summary>A publish failed or the connection was lost: the tail we have not heard back is sent again, once.</summary>
    public bool MustResend { get; set; }

    public bool IsGoodbyeDue { get; set; }
}
