using System.Security.Cryptography;
using System.Text;
using Sockudo.Server.Adapters.Cluster.Wire;
using Xunit;

namespace Sockudo.Tests.Unit.Adapters.Cluster;

/// <summary>Which messages fit which topic, and how nodes of the version before are understood.</summary>
public sealed class EnvelopeSignatureTests
{
    private const string Secret = "correct horse";

    private static readonly NodeId Sender = new(42);
    private static readonly NodeId Receiver = new(43);

    [Fact]
    public void What_was_made_for_one_node_fits_no_other()
    {
        var message = Sealed(MessageKind.DirectHeartbeat, Receiver);
        Assert.Equal(OpenResult.Opened, Open(message, Receiver));
        Assert.Equal(OpenResult.OtherSecret, Open(message, new NodeId(44)));
    }

    [Fact]
    public void What_was_made_for_one_prefix_fits_no_other() =>
        Assert.Equal(OpenResult.OtherSecret, Open(Sealed(MessageKind.Batch, null, prefix: "other:"), Receiver));

    [Fact]
    public void What_was_made_for_one_partition_fits_no_other()
    {
        var message = Sealed(MessageKind.Batch, null, partition: 1);
        message[24] = 0;
        Assert.Equal(OpenResult.OtherSecret, Open(message, Receiver));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_the_version_before_signed_is_opened_where_that_is_allowed(bool isAllowed)
    {
        var envelope = new Envelope(Receiver, 2, Secret, new ClusterTopics("p:"), isAllowed);
        Assert.Equal(isAllowed ? OpenResult.Opened : OpenResult.OldSignature, envelope.Open(OfTheVersionBefore(), out var header, out var body));
        if (!isAllowed) return;
        Assert.False(header.MustBeFresh);
        Assert.True(body.SequenceEqual("hello"u8));
    }

    [Fact]
    public void What_the_version_before_signed_with_another_secret_is_another_secret()
    {
        var message = OfTheVersionBefore();
        message[^1] ^= 1;
        Assert.Equal(OpenResult.OtherSecret, Open(message, Receiver));
    }

    [Fact]
    public void While_the_version_before_is_admitted_it_understands_what_is_said()
    {
        var message = Sealed(MessageKind.Batch, null, acceptsV1: true);

        // Its rule: bit 0 of the flags, the extension skipped, the last 32 bytes over all before them by the secret alone.
        Assert.Equal(1, message[7] & 1);
        Assert.True(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), message[..^32]).AsSpan().SequenceEqual(message.AsSpan()[^32..]));
        Assert.True(message.AsSpan(28 + message[26])[..^32].SequenceEqual("hello"u8));
        Assert.Equal(OpenResult.Opened, Open(message, Receiver));
    }

    [Fact]
    public void While_the_version_before_is_admitted_any_changed_bit_breaks_the_seal_for_this_one()
    {
        var message = Sealed(MessageKind.Batch, null, acceptsV1: true);
        for (var i = 0; i < (message.Length - 32) * 8; i++)
        {
            var damaged = message.ToArray();
            damaged[i / 8] ^= (byte)(1 << (i % 8));
            Assert.NotEqual(OpenResult.Opened, Open(damaged, Receiver));
        }
    }

    private static OpenResult Open(byte[] message, NodeId receiver) => new Envelope(receiver, 2, Secret, new ClusterTopics("p:")).Open(message, out _, out _);

    private static byte[] Sealed(MessageKind kind, NodeId? to, string prefix = "p:", int partition = 0, bool acceptsV1 = false)
    {
        var writer = new WireWriter(default);
        var envelope = new Envelope(Sender, 2, Secret, new ClusterTopics(prefix), acceptsV1);
        envelope.Begin(ref writer, kind, partition);
        writer.Raw("hello"u8);
        return envelope.End(ref writer, to);
    }

    private static byte[] OfTheVersionBefore()
    {
        var writer = new WireWriter(default);
        var plain = new Envelope(Sender, 2, null);
        plain.Begin(ref writer, MessageKind.Batch, 0);
        writer.Raw("hello"u8);
        var message = plain.End(ref writer);
        (message[5], message[7]) = (0, 1);
        return [.. message, .. HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), message)];
    }
}
