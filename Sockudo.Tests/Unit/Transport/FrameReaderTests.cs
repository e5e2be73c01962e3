using System.Buffers;
using System.Text;
using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;
using static Sockudo.Tests.Unit.Transport.FrameReads;

namespace Sockudo.Tests.Unit.Transport;

/// <summary>Messages and control frames, however they are cut.</summary>
public sealed class FrameReaderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(100_003)]
    public void A_message_of_any_length_is_unmasked(int length)
    {
        var payload = Bytes(length);

        Assert.Equal(payload, Assert.Single(Read(Wire.Client(Opcode.Binary, payload))).Payload);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(64)]
    public void A_message_is_the_same_in_pieces_of_any_size(int size)
    {
        var payload = Bytes(1000);
        var bytes = Wire.Client(Opcode.Binary, payload);

        Assert.Equal(payload, Assert.Single(Read([.. bytes.Chunk(size)])).Payload);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(500)]
    public void A_message_is_the_same_across_segments(int firstSegment)
    {
        var payload = Bytes(1000);
        var bytes = Wire.Client(Opcode.Binary, payload);
        var input = Segments.Of(bytes[..firstSegment], [], bytes[firstSegment..]);
        using var reader = new FrameReader(10_000, 10_000);

        Assert.Equal(FrameEvent.Message, reader.Read(ref input, out var found));
        Assert.Equal(payload, found.ToArray());
    }

    [Fact]
    public void Several_messages_in_one_read_come_one_by_one()
    {
        byte[] bytes = [.. Wire.Client("one"), .. Wire.Client("two"), .. Wire.Client("three")];

        Assert.Equal(["one", "two", "three"], Read(bytes).Select(static e => Encoding.UTF8.GetString(e.Payload)));
    }

    [Fact]
    public void Fragments_are_joined()
    {
        byte[] bytes =
        [
            .. Wire.Client(Opcode.Text, "Hel"u8, final: false),
            .. Wire.Client(Opcode.Continuation, "lo "u8, final: false),
            .. Wire.Client(Opcode.Continuation, ""u8, final: false),
            .. Wire.Client(Opcode.Continuation, "you"u8),
        ];

        Assert.Equal("Hello you", Encoding.UTF8.GetString(Assert.Single(Read(bytes)).Payload));
    }

    [Fact]
    public void Control_frames_within_a_fragmented_message_come_at_once_with_their_own_payload()
    {
        byte[] bytes =
        [
            .. Wire.Client(Opcode.Text, "Hel"u8, final: false),
            .. Wire.Client(Opcode.Ping, "p1"u8),
            .. Wire.Client(Opcode.Continuation, "lo "u8, final: false),
            .. Wire.Client(Opcode.Pong, ""u8),
            .. Wire.Client(Opcode.Continuation, "you"u8),
        ];

        Assert.Equal(
            [(FrameEvent.Ping, "p1"), (FrameEvent.Pong, ""), (FrameEvent.Message, "Hello you")],
            Read(bytes).Select(static e => (e.Event, Encoding.UTF8.GetString(e.Payload))));
    }

    [Fact]
    public void A_control_frame_in_pieces_within_a_fragmented_message_keeps_the_message()
    {
        byte[] bytes =
        [
            .. Wire.Client(Opcode.Text, "Hel"u8, final: false),
            .. Wire.Client(Opcode.Ping, "payload"u8),
            .. Wire.Client(Opcode.Continuation, "lo"u8),
        ];

        Assert.Equal(
            [(FrameEvent.Ping, "payload"), (FrameEvent.Message, "Hello")],
            Read([.. bytes.Chunk(1)]).Select(static e => (e.Event, Encoding.UTF8.GetString(e.Payload))));
    }

    [Fact]
    public void A_reader_without_a_message_under_way_holds_nothing_back()
    {
        using var reader = new FrameReader(1000, 1000);
        for (var i = 0; i < 3; i++)
        {
            var input = new ReadOnlySequence<byte>(Wire.Client("again"));
            Assert.Equal(FrameEvent.Message, reader.Read(ref input, out _));
            Assert.Equal(FrameEvent.NeedMore, reader.Read(ref input, out _));
            Assert.True(input.IsEmpty);
        }
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x03, 0xE8 })]
    [InlineData(new byte[] { 0x0F, 0xA0, 0x68, 0x69 })]
    public void A_close_frame_comes_with_its_body(byte[] body)
    {
        var found = Assert.Single(Read(Wire.Client(Opcode.Close, body)));

        Assert.Equal((FrameEvent.Close, Convert.ToHexString(body)), (found.Event, Convert.ToHexString(found.Payload)));
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++) bytes[i] = (byte)(i * 7);
        return bytes;
    }
}
