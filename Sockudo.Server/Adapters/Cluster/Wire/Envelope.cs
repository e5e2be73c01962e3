namespace Sockudo.Server.Adapters.Cluster.Wire;

/// <summary>Why an envelope was or was not opened.</summary>
internal enum OpenResult
{
    Opened,

    /// <summary>Not ours, cut or damaged.</summary>
    Garbage,

    /// <summary>A node of a version that cannot be understood.</summary>
    OtherMajor,

    /// <summary>A node with another <c>adapter.cluster_secret</c>, or with one where we have none.</summary>
    OtherSecret,

    /// <summary>A node of a version that signs messages without their topic, where that is not admitted.</summary>
    OldSignature,

    /// <summary>A node of a version that puts 16 bytes in front of its messages on a Redis Cluster.</summary>
    OldStamp,

    /// <summary>A node that cuts its stream into another number of partitions.</summary>
    OtherPartitions,
}

/// <summary>
/// What stands before a message's body. <see cref="MustBeFresh"/> says that the message is authenticated, so that a recording of it can
/// be told from news and must be; without a secret, and of a node that signs without the topic, it cannot.
/// </summary>
internal readonly record struct EnvelopeHeader(MessageKind Kind, NodeId Sender, byte Partition, byte Minor, bool MustBeFresh = false);

/// <summary>
/// The outer form of every message on the bus: <c>SKDC</c>, major, minor, kind, flags, the sender's epoch, partition, partition
/// count, the length of a header extension and that extension (for newer minors, skipped here), the body, and with a secret
/// 32 bytes of HMAC-SHA256 over everything before them and the topic (<see cref="EnvelopeSignature"/>). While nodes that sign without
/// the topic are admitted, the HMAC they understand stands in its place and the other in the header extension. A newer minor may add
/// kinds, header and trailing fields; what it adds is skipped. Another major is refused. Opening never throws. Thread-safe.
/// </summary>
internal sealed class Envelope(NodeId self, int partitions, string? secret, ClusterTopics? topics = null, bool acceptsV1 = false)
{
    public const byte Major = 1;
    public const byte Minor = 1;

    /// <summary>What header and HMACs take at most.</summary>
    public const int Overhead = HeaderLength + (2 * EnvelopeSignature.Length);

    /// <summary>Larger messages are garbage whatever they hold. Unit: bytes.</summary>
    public const int MaxMessageBytes = 64 * 1024 * 1024;

    private const int HeaderLength = 28;
    private const int SenderAt = 8;
    private const int PartitionAt = 24;
    private const int OldStampLength = 16;

    private const byte Authenticated = 1;

    /// <summary>The HMAC covers the topic.</summary>
    private const byte OfTopic = 2;

    /// <summary>The topic is one node's.</summary>
    private const byte OfNode = 4;

    /// <summary>It is in the header extension; the one at the end does not cover the topic.</summary>
    private const byte WithV1 = 8;

    private readonly EnvelopeSignature? _signature =
        string.IsNullOrEmpty(secret) ? null : new EnvelopeSignature(secret, topics ?? new ClusterTopics(""), self, partitions);

    /// <summary>Whether messages are authenticated.</summary>
    public bool IsAuthenticated => _signature is not null;

    /// <summary>Begins a message; the body follows, then <see cref="End"/>.</summary>
    public void Begin(ref WireWriter writer, MessageKind kind, int partition)
    {
        writer.Raw("SKDC"u8);
        writer.Byte(Major);
        writer.Byte(Minor);
        writer.Byte((byte)kind);
        writer.Byte(_signature is null ? (byte)0
            : (byte)(Authenticated | OfTopic | (kind >= MessageKind.DirectHeartbeat ? OfNode : 0) | (acceptsV1 ? WithV1 : 0)));
        writer.UInt128(self.Value);
        writer.Byte((byte)partition);
        writer.Byte((byte)partitions);
        var extension = acceptsV1 && _signature is not null ? EnvelopeSignature.Length : 0;
        writer.UInt16((ushort)extension);
        writer.Skip(extension);
    }

    /// <summary>Ends a message for its partition's topic, or for one node's.</summary>
    public byte[] End(ref WireWriter writer, NodeId? to = null)
    {
        if (_signature is null) return writer.ToArray();
        var key = to is { } node ? _signature.KeyOf(node) : _signature.KeyOf(writer.Written[PartitionAt]);
        Span<byte> mac = stackalloc byte[EnvelopeSignature.Length];
        if (acceptsV1)
        {
            EnvelopeSignature.Sign(key, writer.Written[..HeaderLength], writer.Written[(HeaderLength + EnvelopeSignature.Length)..], mac);
            writer.Patch(HeaderLength, mac);
            _signature.SignWithoutTopic(writer.Written, mac);
        }
        else
        {
            EnvelopeSignature.Sign(key, writer.Written, mac);
        }

        writer.Raw(mac);
        return writer.ToArray();
    }

    /// <summary>Opens a message. Header and body are valid only when <see cref="OpenResult.Opened"/>; for the refusals of other nodes the header's sender is.</summary>
    public OpenResult Open(ReadOnlySpan<byte> message, out EnvelopeHeader header, out ReadOnlySpan<byte> body)
    {
        header = default;
        body = default;
        if (message.Length is < HeaderLength or > MaxMessageBytes || !message.StartsWith("SKDC"u8)) return IsStamped(message, out header) ? OpenResult.OldStamp : OpenResult.Garbage;

        var reader = new WireReader(message[4..]);
        var major = reader.Byte();
        var minor = reader.Byte();
        var kind = (MessageKind)reader.Byte();
        var flags = reader.Byte();
        header = new EnvelopeHeader(kind, new NodeId(reader.UInt128()), reader.Byte(), minor, (flags & OfTopic) != 0 && _signature is not null);
        if (major != Major) return OpenResult.OtherMajor;

        var theirPartitions = reader.Byte();
        var isAuthenticated = (flags & Authenticated) != 0;
        if (isAuthenticated != _signature is not null) return OpenResult.OtherSecret;
        var extension = reader.Take(reader.UInt16());
        if (reader.Failed) return OpenResult.Garbage;
        body = reader.Rest;
        if (_signature is not null)
        {
            if (body.Length < EnvelopeSignature.Length) return OpenResult.Garbage;
            body = body[..^EnvelopeSignature.Length];
            var result = Verify(message, flags, header.Partition, extension);
            if (result != OpenResult.Opened) return result;
        }

        if (theirPartitions != partitions) return OpenResult.OtherPartitions;
        return header.Partition < partitions ? OpenResult.Opened : OpenResult.Garbage;
    }

    // For the words of the refusal only: nothing in it is believed.
    private static bool IsStamped(ReadOnlySpan<byte> message, out EnvelopeHeader header)
    {
        header = default;
        if (message.Length < OldStampLength + HeaderLength || !message[OldStampLength..].StartsWith("SKDC"u8)) return false;
        var reader = new WireReader(message[(OldStampLength + SenderAt)..]);
        header = header with { Sender = new NodeId(reader.UInt128()) };
        return true;
    }

    private OpenResult Verify(ReadOnlySpan<byte> message, byte flags, byte partition, ReadOnlySpan<byte> extension)
    {
        var signed = message[..^EnvelopeSignature.Length];
        var mac = message[^EnvelopeSignature.Length..];
        if ((flags & OfTopic) == 0)
        {
            if (!_signature!.MatchesWithoutTopic(signed, mac)) return OpenResult.OtherSecret;
            return acceptsV1 ? OpenResult.Opened : OpenResult.OldSignature;
        }

        var key = (flags & OfNode) != 0 ? _signature!.OwnKey : _signature!.KeyOf(partition);
        var matches = (flags & WithV1) == 0 ? EnvelopeSignature.Matches(key, signed, mac)
            : extension.Length >= EnvelopeSignature.Length &&
              EnvelopeSignature.Matches(key, message[..HeaderLength], signed[(HeaderLength + EnvelopeSignature.Length)..], extension[..EnvelopeSignature.Length]);
        return matches ? OpenResult.Opened : OpenResult.OtherSecret;
    }
}
