using Sockudo.Server.Adapters.Cluster.Membership;
using Sockudo.Server.Adapters.Cluster.Streams;
using Sockudo.Server.Adapters.Cluster.Wire;

namespace Sockudo.Server.Adapters.Cluster;

/// <summary>
/// With <c>adapter.cluster_secret</c>: what was recorded is told from news. Whoever a node does not know, or has declared dead, it asks;
/// only a direct heartbeat that answers the question admits the other's stream, and its death takes that away. The answer is made for
/// this node's own topic, which has its epoch in its name, and names the time on this node's clock at which it asked. Of a sender that
/// is admitted, numbers and sequences that were heard before say nothing. Without a secret anybody can say anything, so nobody is asked.
/// </summary>
internal sealed partial class ClusterNode
{
    /// <summary>One that cannot answer, such as a recording, is asked again no sooner. Unit: milliseconds.</summary>
    private const int AskAgainMs = 100;

    private const int MaxAsked = 1024;

    // When strangers were asked last. What is older than AskAgainMs says nothing.
    private readonly Dictionary<(NodeId Node, int Partition), long> _asked = [];

    /// <summary>Whether the sender's stream is admitted, or is by this heartbeat; otherwise asks it for the proof that it lives now.</summary>
    private bool Admits(EnvelopeHeader header, Peer? peer, HeartbeatMessage heartbeat, long now)
    {
        if (!header.MustBeFresh) return true;
        var isDirect = header.Kind == MessageKind.DirectHeartbeat;
        var isAdmitted = peer?.Links[header.Partition].IsAdmitted == true || (isDirect && IsAnswer(peer, heartbeat, now));
        if (isDirect ? heartbeat.WantsAnswer : !isAdmitted)
        {
            var mayAsk = isAdmitted || MayAsk(header, now);
            if (isDirect || mayAsk) Answer(header, heartbeat, wantsAnswer: !isAdmitted && mayAsk, now);
        }

        return isAdmitted;
    }

    /// <summary>Whether messages of a link say anything: those of a node that did not prove that it lives may be recorded.</summary>
    private static bool IsHeard(EnvelopeHeader header, ReceiveLink link) => !header.MustBeFresh || link.IsAdmitted;

    private bool IsAnswer(Peer? peer, HeartbeatMessage heartbeat, long now)
    {
        // What answers a question from before its death may have been recorded before its death.
        var since = Math.Max(now - (2 * _options.RequestTimeoutMs), peer is { IsAlive: false } ? peer.EndedAt : 0);
        return heartbeat.Answers >= since && heartbeat.Answers <= now;
    }

    private bool MayAsk(EnvelopeHeader header, long now)
    {
        if (_asked.TryGetValue((header.Sender, header.Partition), out var at) && now - at < AskAgainMs) return false;
        if (_asked.Count >= MaxAsked)
        {
            foreach (var (stranger, askedAt) in _asked)
            {
                if (now - askedAt >= AskAgainMs) _asked.Remove(stranger);
            }

            if (_asked.Count >= MaxAsked) return false;
        }

        _asked[(header.Sender, header.Partition)] = now;
        return true;
    }

    /// <summary>Answers a heartbeat by one for its sender alone, and a hello by the snapshot too.</summary>
    private void Answer(EnvelopeHeader header, HeartbeatMessage heartbeat, bool wantsAnswer, long now)
    {
        var nonce = header.Kind == MessageKind.Hello ? heartbeat.SnapshotNonce : 0;
        var reply = new DirectReply(header.Sender, heartbeat.UptimeMs, wantsAnswer, nonce);
        SendTo(header.Sender, header.Partition, Heartbeat(MessageKind.DirectHeartbeat, header.Partition, now, reply));
        if (nonce != 0) SendChunk(header.Sender, header.Partition, nonce, 0, heartbeat.UptimeMs, now);
    }

    /// <summary>What a direct heartbeat has beside a heartbeat.</summary>
    private sealed record DirectReply(NodeId To, long Answers, bool WantsAnswer, uint SnapshotNonce);
}
