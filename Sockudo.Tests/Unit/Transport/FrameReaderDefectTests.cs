using System.Buffers;
using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;
using static Sockudo.Tests.Unit.Transport.FrameReads;

namespace Sockudo.Tests.Unit.Transport;

/// <summary>Frames that break a rule of the RFC, or a limit.</summary>
public sealed class FrameReaderDefectTests
{
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
}
