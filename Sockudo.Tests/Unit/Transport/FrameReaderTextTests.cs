using System.Text;
using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;
using static Sockudo.Tests.Unit.Transport.FrameReads;

namespace Sockudo.Tests.Unit.Transport;

/// <summary>Text is UTF-8, and what cannot become it is refused as soon as that is certain.</summary>
public sealed class FrameReaderTextTests
{
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
}
