using System.Buffers;
using System.Text;
using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Transport;

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

    public static TheoryData<string, byte[]> BrokenFrames => new()
    {
        { "an unmasked frame", Wire.Client(Opcode.Text, "x"u8, masked: false) },
        { "reserved bit 1", Wire.Client(Opcode.Text, "x"u8, reserved: 4) },
        { "reserved bit 2", Wire.Client(Opcode.Text, "x"u8, reserved: 2) },
        { "reserved bit 3", Wire.Client(Opcode.Text, "x"u8, reserved: 1) },
        { "opcode 3", Wire.Client((Opcode)3, "x"u8) },
        { "opcode 7", Wire.Client((Opcode)7, "x"u8) },
        { "opcode 11", Wire.Client((Opcode)11, "x"u8) },
        { "opcode 15", Wire.Client((Opcode)15, "x"u8) },
        { "a fragmented ping", Wire.Client(Opcode.Ping, "x"u8, final: false) },
        { "a fragmented close", Wire.Client(Opcode.Close, ""u8, final: false) },
        { "a ping of 126 bytes", Wire.Client(Opcode.Ping, new byte[126]) },
        { "a close of 126 bytes", Wire.Client(Opcode.Close, new byte[126]) },
        { "a continuation of nothing", Wire.Client(Opcode.Continuation, "x"u8) },
        { "a message within a message", [.. Wire.Client(Opcode.Text, "x"u8, final: false), .. Wire.Client(Opcode.Text, "y"u8)] },
        { "a second start", [.. Wire.Client(Opcode.Binary, "x"u8, final: false), .. Wire.Client(Opcode.Binary, "y"u8, final: false)] },
        { "a continuation after the end", [.. Wire.Client(Opcode.Text, "x"u8), .. Wire.Client(Opcode.Continuation, "y"u8)] },
        { "a close of one byte", Wire.Client(Opcode.Close, [3]) },
        { "close code 999", Wire.ClientClose(999) },
        { "close code 1005", Wire.ClientClose(1005) },
        { "a 64-bit length with the top bit", [0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0] },
    };

    [Theory]
    [MemberData(nameof(BrokenFrames))]
    public void A_broken_rule_is_a_protocol_error_however_it_is_cut(string rule, byte[] bytes)
    {
        Assert.Equal(CloseStatus.ProtocolError, ErrorOf([.. bytes])); // a copy: the reader unmasks where the bytes lie
        Assert.True(CloseStatus.ProtocolError == ErrorOf([.. bytes.Chunk(1)]), rule);
    }

    [Fact]
    public void A_broken_rule_shows_with_the_second_byte()
    {
        Assert.Equal(CloseStatus.ProtocolError, ErrorOf([0x81, 0x05]));
    }

    [Fact]
    public void An_error_is_the_last_event()
    {
        using var reader = new FrameReader(1000, 1000);
        var input = new ReadOnlySequence<byte>([.. Wire.Client((Opcode)3, "x"u8), .. Wire.Client("fine")]);
        Assert.Equal(FrameEvent.Error, reader.Read(ref input, out _));
        var more = new ReadOnlySequence<byte>(Wire.Client("fine"));

        Assert.Equal(FrameEvent.Error, reader.Read(ref more, out _));
    }

    [Theory]
    [InlineData(1000, 1000, 1000, false)]
    [InlineData(1001, 1000, 5000, true)]
    [InlineData(1001, 5000, 1000, true)]
    [InlineData(70_000, 1000, 1000, true)]
    public void A_message_above_either_limit_is_too_big(int length, int maxMessage, int maxFrame, bool isTooBig)
    {
        using var reader = new FrameReader(maxMessage, maxFrame);
        var input = new ReadOnlySequence<byte>(Wire.Client(Opcode.Binary, new byte[length]));

        Assert.Equal(isTooBig ? FrameEvent.Error : FrameEvent.Message, reader.Read(ref input, out _));
        Assert.Equal(isTooBig ? CloseStatus.MessageTooBig : 0, reader.ErrorCode);
    }

    [Fact]
    public void Fragments_count_together()
    {
        using var reader = new FrameReader(1000, 1000);
        var input = new ReadOnlySequence<byte>([.. Wire.Client(Opcode.Binary, new byte[600], final: false), .. Wire.Client(Opcode.Continuation, new byte[401])]);
        Assert.Equal(FrameEvent.Error, reader.Read(ref input, out _));

        Assert.Equal(CloseStatus.MessageTooBig, reader.ErrorCode);
    }

    [Fact]
    public void A_huge_promise_is_refused_by_its_header_alone()
    {
        Assert.Equal(CloseStatus.MessageTooBig, ErrorOf([0x82, 0xFF, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4]));
    }

    [Fact]
    public void A_ping_is_no_message_and_may_be_larger_than_one()
    {
        using var reader = new FrameReader(10, 10);
        var input = new ReadOnlySequence<byte>(Wire.Client(Opcode.Ping, new byte[125]));

        Assert.Equal(FrameEvent.Ping, reader.Read(ref input, out _));
    }

    [Theory]
    [InlineData("ff")]
    [InlineData("c080")]
    [InlineData("e08080")]
    [InlineData("eda080")]
    [InlineData("f4908080")]
    [InlineData("f8888080")]
    [InlineData("80")]
    [InlineData("c3")]
    [InlineData("e282")]
    [InlineData("f09f98")]
    public void Text_that_is_not_UTF8_is_an_invalid_payload(string hex)
    {
        byte[] payload = [.. "ok "u8, .. Convert.FromHexString(hex)];
        Assert.Equal(CloseStatus.InvalidPayload, ErrorOf(Wire.Client(Opcode.Text, payload)));
        Assert.Equal(CloseStatus.InvalidPayload, ErrorOf([.. Wire.Client(Opcode.Text, payload).Chunk(1)]));
    }

    [Theory]
    [InlineData("ff")]
    [InlineData("c080")]
    [InlineData("eda0")]
    [InlineData("f490")]
    public void Text_that_can_never_become_UTF8_is_refused_before_its_end(string hex)
    {
        byte[] frame = Wire.Client(Opcode.Text, [.. Convert.FromHexString(hex), .. new byte[100]]);

        Assert.Equal(CloseStatus.InvalidPayload, ErrorOf(frame[..(6 + (hex.Length / 2))]));
    }

    [Theory]
    [InlineData("é")]
    [InlineData("€")]
    [InlineData("😀")]
    public void A_character_may_be_split_over_fragments_anywhere(string character)
    {
        var bytes = Encoding.UTF8.GetBytes(character);
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            byte[] frames = [.. Wire.Client(Opcode.Text, bytes.AsSpan(0, cut), final: false), .. Wire.Client(Opcode.Continuation, bytes.AsSpan(cut))];
            Assert.Equal(character, Encoding.UTF8.GetString(Assert.Single(Read(frames)).Payload));
        }
    }

    [Fact]
    public void Binary_messages_may_hold_any_bytes()
    {
        Assert.Equal(FrameEvent.Message, Assert.Single(Read(Wire.Client(Opcode.Binary, [0xFF, 0xFE]))).Event);
    }

    [Fact]
    public void A_close_frames_reason_must_be_UTF8()
    {
        Assert.Equal(CloseStatus.InvalidPayload, ErrorOf(Wire.Client(Opcode.Close, [0x03, 0xE8, 0xFF])));
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

    private static List<(FrameEvent Event, byte[] Payload)> Read(params byte[][] reads)
    {
        using var reader = new FrameReader(200_000, 200_000);
        var events = new List<(FrameEvent, byte[])>();
        foreach (var read in reads)
        {
            var input = new ReadOnlySequence<byte>(read);
            while (true)
            {
                var found = reader.Read(ref input, out var payload);
                if (found == FrameEvent.NeedMore) break;
                events.Add((found, payload.ToArray()));
                if (found == FrameEvent.Error)
                {
                    events[^1] = (found, [(byte)(reader.ErrorCode >> 8), (byte)reader.ErrorCode]);
                    return events;
                }
            }
        }

        return events;
    }

    private static int ErrorOf(params byte[][] reads)
    {
        var last = Read(reads).LastOrDefault();
        return last.Event == FrameEvent.Error ? (last.Payload[0] << 8) | last.Payload[1] : 0;
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++) bytes[i] = (byte)(i * 7);
        return bytes;
    }
}
