using System.Diagnostics;
using Sockudo.Server.Adapters.Cluster.Membership;
using Sockudo.Server.Adapters.Cluster.State;
using Sockudo.Server.Adapters.Cluster.Streams;
using Sockudo.Server.Adapters.Cluster.Wire;

namespace Sockudo.Server.Adapters.Cluster;

/// <summary>
/// A message for the broker, with the spans that end when it has taken it (null when nothing in it is traced) and, for a batch, its
/// first and last sequence.
/// </summary>
internal readonly record struct Outgoing(string Topic, byte[] Bytes, List<Activity>? Spans = null, ulong First = 0, ulong Last = 0);

/// <summary>
/// The cluster as one node sees it: streams out, peers' streams in, who lives, what is missing. It does no I/O, starts no thread
/// and has no timer: messages come in by <see cref="Receive"/>, time by <see cref="Tick"/>, and the bus writer takes what is to be
/// sent by <see cref="TryTake"/>. That makes it a machine a simulation can run many of.
/// Thread-safe by one lock, which is taken before the locks of channels and users and never within their turns: what happens here
/// goes into the streams without it.
/// </summary>
internal sealed partial class ClusterNode
{
    private readonly Lock _gate = new(); // guards every field below that changes
    private readonly ClusterOptions _options;
    private readonly ClusterHealthOptions _health;
    private readonly StreamSet _streams;
    private readonly MergedView _view;
    private readonly ClusterClock _clock;
    private readonly Envelope _envelope;
    private readonly ClusterTopics _topics;
    private readonly ILogger _logger;
    private readonly int _partitions;
    private readonly BrokerLimit _limit;
    private readonly Dictionary<NodeId, Peer> _peers = [];
    private readonly OwnEcho[] _echoes;
    private readonly HashSet<NodeId> _refused = [];
    private uint _lastNonce;

    public ClusterNode(
        NodeId id, ClusterOptions options, ClusterHealthOptions health, BrokerLimit limit, StreamSet streams, MergedView view, ClusterClock clock, ILogger logger)
    {
        Id = id;
        _options = options;
        _health = health;
        _streams = streams;
        _view = view;
        _clock = clock;
        _logger = logger;
        _partitions = options.Partitions;
        _limit = limit;
        _topics = new ClusterTopics(options.Prefix);
        _envelope = new Envelope(id, options.Partitions, options.Secret, _topics, options.AcceptSecretV1);
        _echoes = new OwnEcho[_partitions];
        _lanes = new Lane[_partitions];
        for (var i = 0; i < _partitions; i++)
        {
            _echoes[i] = new OwnEcho();
            _lanes[i] = new Lane();
        }

        if (_envelope.IsAuthenticated && options.AcceptSecretV1) ClusterLog.AcceptsV1(logger);
        if (!health.Enabled) ClusterLog.HealthDisabled(logger);
    }

    /// <summary>This node's epoch.</summary>
    public NodeId Id { get; }

    /// <summary>The topics it is to hear: each partition's and its own.</summary>
    public IEnumerable<string> Topics => [.. Enumerable.Range(0, _partitions).Select(_topics.Stream), _topics.Node(Id)];

    /// <summary>What was counted.</summary>
    public ClusterCounters Counters { get; } = new();

    /// <summary>Whether the queues of the clients here have room for what is caught up with. Asked under the node's lock.</summary>
    public Func<bool> HasRoom { get; set; } = static () => true;

    /// <summary>A snapshot or repair request was answered after this long. Called under the node's lock; must not wait.</summary>
    public Action<TimeSpan> RequestAnswered { get; set; } = static _ => { };

    /// <summary>The node wants its connection to the broker replaced, for this reason. Called under the node's lock; must not wait.</summary>
    public Action<string> ReconnectWanted { get; set; } = static _ => { };

    /// <summary>Something other than stream entries is to be sent on a partition. Called under the node's lock; must not wait.</summary>
    public Action<int> Pending { get; set; } = static _ => { };

    /// <summary>Takes a message of any topic, whatever its bytes.</summary>
    public void Receive(ReadOnlySpan<byte> message)
    {
        lock (_gate)
        {
            var now = _clock.Milliseconds;
            var result = _envelope.Open(message, out var header, out var body);
            switch (result)
            {
                case OpenResult.Opened when header.Sender == Id:
                    OnOwn(header, body, now);
                    break;
                case OpenResult.Opened:
                    Counters.Received++;
                    Counters.ReceivedBytes += message.Length;
                    Dispatch(header, body, now);
                    break;
                case OpenResult.Garbage:
                    Counters.Garbage++;
                    break;
                default:
                    Counters.Refused++;
                    if (header.Sender != Id && _refused.Count < 1024 && _refused.Add(header.Sender)) ClusterLog.Refused(_logger, header.Sender, Describe(result));
                    break;
            }
        }
    }

    private void Dispatch(EnvelopeHeader header, ReadOnlySpan<byte> body, long now)
    {
        try
        {
            switch (header.Kind)
            {
                case MessageKind.Batch:
                    OnBatch(header, body, now);
                    break;
                case MessageKind.Heartbeat or MessageKind.Hello or MessageKind.DirectHeartbeat:
                    OnHeartbeat(header, body, now);
                    break;
                case MessageKind.Goodbye:
                    OnGoodbye(header, body, now);
                    break;
                case MessageKind.SnapshotRequest:
                    OnSnapshotRequest(header, body, now);
                    break;
                case MessageKind.SnapshotChunk:
                    OnSnapshotChunk(header, body, now);
                    break;
                case MessageKind.RepairRequest:
                    OnRepairRequest(header, body, now);
                    break;
                case MessageKind.RepairChunk:
                    OnRepairChunk(header, body, now);
                    break;
                default:
                    // A kind of a newer minor is not for us; of our own minor it is damage.
                    if (header.Minor <= Envelope.Minor) Counters.Garbage++;
                    break;
            }
        }
        catch (Exception e)
        {
            // A defect in applying one message must not end the loop that applies all.
            ClusterLog.ApplyFailed(_logger, e, header.Sender);
        }
    }

    /// <summary>Our own message came back: proof that the broker delivers, and how far.</summary>
    private void OnOwn(EnvelopeHeader header, ReadOnlySpan<byte> body, long now)
    {
        switch (header.Kind)
        {
            case MessageKind.Batch when Batch.TryRead(new WireReader(body), out var batch):
                _streams[header.Partition].Heard(batch.First, batch.Last);
                break;
            case MessageKind.Heartbeat or MessageKind.Hello when HeartbeatMessage.Read(body) is { } heartbeat:
                _echoes[header.Partition].Heard(heartbeat.Number, now);
                if (!_lanes[header.Partition].MustResend) _streams[header.Partition].HeardHeartbeat(heartbeat.LastSent);
                if (header.Kind == MessageKind.Hello) _lanes[header.Partition].HelloEchoedAt ??= now;
                Evaluate(now);
                break;
        }
    }

    private static string Describe(OpenResult result) => result switch
    {
        OpenResult.OtherMajor => "it speaks another major version of the cluster protocol",
        OpenResult.OtherSecret => "it has another adapter.cluster_secret, or one of the two has none, or what it said for others was sent here",
        OpenResult.OldSignature => "it is of a version that signs messages without their topic. Upgrade all nodes with " +
            "adapter.cluster_secret_accept_v1 true first, then take that away node by node",
        OpenResult.OldStamp => "it is of a version that puts a number in front of its messages on a Redis Cluster, and does not hear this node either. " +
            "Stop the nodes of that version when those of this one have started: see the upgrade notes in docs/adapters.md, redis-cluster",
        OpenResult.OtherPartitions => "it has another number of partitions",
        _ => "its messages are damaged",
    };
}
