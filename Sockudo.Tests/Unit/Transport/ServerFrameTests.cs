using System.Text;
using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Transport;

public sealed class ServerFrameTests
{
    [Theory]
    [InlineData(0, 2)]
    [InlineData(125, 2)]
    [InlineData(126, 4)]
    [InlineData(65535, 4)]
    [InlineData(65536, 10)]
    public void A_frame_has_the_shortest_header_and_its_payload(int length, int header)
    {
        var payload = Encoding.ASCII.GetBytes(new string('x', length));
        var frame = ServerFrame.Create(Opcode.Text, payload);

        Assert.Equal(header + length, frame.Length);
        Assert.Equal(payload, Assert.Single(Wire.Server(frame)).Payload);
        Assert.Equal(payload, ServerFrame.Payload(frame).ToArray());
    }

    [Theory]
    [InlineData(1000, "")]
    [InlineData(4001, "there is no app with this key")]
    [InlineData(4999, "é€😀")]
    public void A_close_frame_has_its_code_and_reason(int code, string reason)
    {
        var frame = Assert.Single(Wire.Server(ServerFrame.Close((ushort)code, reason)));

        Assert.Equal((Opcode.Close, (ushort)code, reason), (frame.Opcode, frame.CloseCode, frame.CloseReason));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("é")]
    [InlineData("€")]
    [InlineData("😀")]
    public void A_long_reason_is_cut_at_a_character(string character)
    {
        var reason = string.Concat(Enumerable.Repeat(character, 130));
        var frame = Assert.Single(Wire.Server(ServerFrame.Close(4000, reason)));

        Assert.InRange(frame.Payload.Length, 122, 125);
        Assert.StartsWith(frame.CloseReason, reason, StringComparison.Ordinal);
    }
}
