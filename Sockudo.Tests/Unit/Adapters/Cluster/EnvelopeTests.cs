using Sockudo.Server.Adapters.Cluster.Wire;
using Xunit;

namespace Sockudo.Tests.Unit.Adapters.Cluster;

public sealed class EnvelopeTests
{
    private static readonly NodeId Sender = new(42);

    [Theory]
    [InlineData(null)]
    [InlineData("correct horse")]
    public void What_is_sealed_is_opened(string? secret)
    {
        var result = new Envelope(default, 1, secret).Open(Sealed("hello"u8, secret), out var header, out var body);
        Assert.Equal(OpenResult.Opened, result);
        Assert.Equal((MessageKind.Batch, Sender), (header.Kind, header.Sender));
        Assert.True(body.SequenceEqual("hello"u8));
    }

    [Theory]
    [InlineData("one", "two")]
    [InlineData("one", null)]
    [InlineData(null, "two")]
    public void Another_secret_is_told_from_garbage(string? theirs, string? ours) =>
        Assert.Equal(OpenResult.OtherSecret, new Envelope(default, 1, ours).Open(Sealed("hello"u8, theirs), out _, out _));

    [Fact]
    public void Any_changed_bit_breaks_the_seal()
    {
        var message = Sealed("hello"u8, "secret");
        var envelope = new Envelope(default, 1, "secret");
        for (var i = 0; i < message.Length * 8; i++)
        {
            var damaged = message.ToArray();
            damaged[i / 8] ^= (byte)(1 << (i % 8));
            Assert.NotEqual(OpenResult.Opened, envelope.Open(damaged, out _, out _));
        }
    }

    [Fact]
    public void Another_partition_count_is_told()
    {
        var writer = new WireWriter(default);
        var theirs = new Envelope(Sender, 4, null);
        theirs.Begin(ref writer, MessageKind.Batch, 3);
        Assert.Equal(OpenResult.OtherPartitions, new Envelope(default, 1, null).Open(theirs.End(ref writer), out var header, out _));
        Assert.Equal(Sender, header.Sender);
    }

    [Fact]
    public void Another_major_is_told()
    {
        var message = Sealed("hello"u8, null);
        message[4]++;
        Assert.Equal(OpenResult.OtherMajor, new Envelope(default, 1, null).Open(message, out _, out _));
    }

    [Fact]
    public void A_header_extension_of_a_newer_minor_is_skipped()
    {
        var message = Sealed("hello"u8, null).ToList();
        message[5] = 3;
        message[26] = 4;
        message.InsertRange(28, "abcd"u8.ToArray());
        Assert.Equal(OpenResult.Opened, new Envelope(default, 1, null).Open(message.ToArray(), out _, out var body));
        Assert.True(body.SequenceEqual("hello"u8));
    }

    [Fact]
    public void Cut_and_random_bytes_never_throw()
    {
        var envelope = new Envelope(default, 1, null);
        var message = Sealed("hello"u8, null);
        for (var length = 0; length < 28; length++) Assert.Equal(OpenResult.Garbage, envelope.Open(message.AsSpan(0, length), out _, out _));
        var random = new Random(1);
        var bytes = new byte[200];
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            Assert.Equal(OpenResult.Garbage, envelope.Open(bytes.AsSpan(0, random.Next(bytes.Length)), out _, out _));
        }
    }

    private static byte[] Sealed(ReadOnlySpan<byte> body, string? secret)
    {
        var writer = new WireWriter(default);
        var envelope = new Envelope(Sender, 1, secret);
        envelope.Begin(ref writer, MessageKind.Batch, 0);
        writer.Raw(body);
        return envelope.End(ref writer);
    }
}
