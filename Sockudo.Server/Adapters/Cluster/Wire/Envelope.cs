using System.Security.Cryptography;
using System.Text;

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

    /// <summary>A node that cuts its stream into another number of partitions.</summary>
    OtherPartitions,
}

/// <summary>What stands before a message's body.</summary>
internal readonly record struct EnvelopeHeader(MessageKind Kind, NodeId Sender, byte Partition, byte Minor);

/// <summary>
/// The outer form of every message on the bus: <c>SKDC</c>, major, minor, kind, flags, the sender's epoch, partition, partition
/// count, the length of a header extension and that extension (both for newer minors, skipped here), the body, and with a secret
/// 32 bytes of HMAC-SHA256 over everything before them. A newer minor may add kinds, header and trailing fields; what it adds is
/// skipped. Another major is refused. Opening never throws. Thread-safe.
/// </summary>
internal sealed class Envelope(NodeId self, int partitions, string? secret)
{
    public const byte Major = 1;
    public const byte Minor = 0;

    /// <summary>What header and HMAC take at most.</summary>
    public const int Overhead = HeaderLength + MacLength;

    /// <summary>Larger messages are garbage whatever they hold. Unit: bytes.</summary>
    public const int MaxMessageBytes = 64 * 1024 * 1024;

    private const int HeaderLength = 28;
    private const int MacLength = HMACSHA256.HashSizeInBytes;
    private const byte Authenticated = 1;

    private readonly byte[]? _key = string.IsNullOrEmpty(secret) ? null : Encoding.UTF8.GetBytes(secret);

    /// <summary>Begins a message; the body follows, then <see cref="End"/>.</summary>
    public void Begin(ref WireWriter writer, MessageKind kind, int partition)
    {
        writer.Raw("SKDC"u8);
        writer.Byte(Major);
        writer.Byte(Minor);
        writer.Byte((byte)kind);
        writer.Byte(_key is null ? (byte)0 : Authenticated);
        writer.UInt128(self.Value);
        writer.Byte((byte)partition);
        writer.Byte((byte)partitions);
        writer.UInt16(0);
    }

    /// <summary>Ends a message.</summary>
    public byte[] End(ref WireWriter writer)
    {
        if (_key is null) return writer.ToArray();
        Span<byte> mac = stackalloc byte[MacLength];
        HMACSHA256.HashData(_key, writer.Written, mac);
        writer.Raw(mac);
        return writer.ToArray();
    }

    /// <summary>Opens a message. Header and body are valid only when <see cref="OpenResult.Opened"/>; for the refusals of other nodes the header's sender is.</summary>
    public OpenResult Open(ReadOnlySpan<byte> message, out EnvelopeHeader header, out ReadOnlySpan<byte> body)
    {
        header = default;
        body = default;
        if (message.Length is < HeaderLength or > MaxMessageBytes || !message.StartsWith("SKDC"u8)) return OpenResult.Garbage;

        var reader = new WireReader(message[4..]);
        var major = reader.Byte();
        var minor = reader.Byte();
        var kind = (MessageKind)reader.Byte();
        var flags = reader.Byte();
        header = new EnvelopeHeader(kind, new NodeId(reader.UInt128()), reader.Byte(), minor);
        if (major != Major) return OpenResult.OtherMajor;

        var theirPartitions = reader.Byte();
        var isAuthenticated = (flags & Authenticated) != 0;
        if (isAuthenticated != _key is not null) return OpenResult.OtherSecret;
        reader.Take(reader.UInt16());
        if (reader.Failed) return OpenResult.Garbage;
        body = reader.Rest;
        if (_key is not null)
        {
            if (body.Length < MacLength) return OpenResult.Garbage;
            Span<byte> mac = stackalloc byte[MacLength];
            HMACSHA256.HashData(_key, message[..^MacLength], mac);
            if (!CryptographicOperations.FixedTimeEquals(mac, message[^MacLength..])) return OpenResult.OtherSecret;
            body = body[..^MacLength];
        }

        if (theirPartitions != partitions) return OpenResult.OtherPartitions;
        return header.Partition < partitions ? OpenResult.Opened : OpenResult.Garbage;
    }
}
