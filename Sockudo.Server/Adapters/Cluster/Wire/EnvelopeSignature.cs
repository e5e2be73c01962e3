using System.Security.Cryptography;
using System.Text;

namespace Sockudo.Server.Adapters.Cluster.Wire;

/// <summary>
/// The HMAC-SHA256 of messages, made with a key of the topic each is for: the HMAC of the topic's name by <c>adapter.cluster_secret</c>.
/// A message that is replayed onto another topic, or to another node, fits no key there. A node's own topic has its epoch in its name,
/// which is random and made at its start, so that nothing recorded before was made for it. Thread-safe.
/// </summary>
internal sealed class EnvelopeSignature
{
    /// <summary>Unit: bytes.</summary>
    public const int Length = HMACSHA256.HashSizeInBytes;

    private readonly ClusterTopics _topics;
    private readonly byte[] _secret;
    private readonly byte[][] _streams;
    private readonly byte[] _own;

    public EnvelopeSignature(string secret, ClusterTopics topics, NodeId self, int partitions)
    {
        _topics = topics;
        _secret = Encoding.UTF8.GetBytes(secret);
        _streams = [.. Enumerable.Range(0, partitions).Select(partition => KeyOf(topics.Stream(partition)))];
        _own = KeyOf(topics.Node(self));
    }

    /// <summary>The key of messages to this node alone.</summary>
    public ReadOnlySpan<byte> OwnKey => _own;

    /// <summary>The key of messages to a partition's topic.</summary>
    public ReadOnlySpan<byte> KeyOf(int partition) => partition < _streams.Length ? _streams[partition] : KeyOf(_topics.Stream(partition));

    /// <summary>The key of messages to one node.</summary>
    public ReadOnlySpan<byte> KeyOf(NodeId node) => KeyOf(_topics.Node(node));

    public static void Sign(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, Span<byte> signature) => HMACSHA256.HashData(key, message, signature);

    public static bool Matches(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[Length];
        Sign(key, message, expected);
        return CryptographicOperations.FixedTimeEquals(expected, signature);
    }

    /// <summary>Signs a message that carries the signature between its two parts.</summary>
    public static void Sign(ReadOnlySpan<byte> key, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, Span<byte> signature)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(head);
        hash.AppendData(body);
        hash.GetHashAndReset(signature);
    }

    public static bool Matches(ReadOnlySpan<byte> key, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[Length];
        Sign(key, head, body, expected);
        return CryptographicOperations.FixedTimeEquals(expected, signature);
    }

    /// <summary>Signs by the secret itself, whatever the topic, as minor 0 did.</summary>
    public void SignWithoutTopic(ReadOnlySpan<byte> message, Span<byte> signature) => Sign(_secret, message, signature);

    public bool MatchesWithoutTopic(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => Matches(_secret, message, signature);

    private byte[] KeyOf(string topic) => HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes("sockudo-topic\n" + topic));
}
