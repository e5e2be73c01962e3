using System.Buffers.Binary;
using System.Text;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Protocol;

/// <summary>RFC 6455 §5 and §7, with frames no well-behaved client sends.</summary>
public sealed class FramingTests(SharedServer shared, ITestOutputHelper output) : ServerTest(shared, output)
{
    private const string Ping = """{"event":"pusher:ping","data":{}}""";
    private const string Pong = """{"event":"pusher:pong"}""";

    private RawWebSocket _socket = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _socket = Own(await RawWebSocket.OpenAsync(Server.HttpUri, $"/app/{TestApps.Demo.Key}?protocol=7"));
        await _socket.ReadFrameAsync();
    }

    [Fact]
    public async Task A_binary_frame_carries_json_too()
    {
        await _socket.SendAsync(FrameOpcode.Binary, Encoding.UTF8.GetBytes(Ping));
        Assert.Equal(Pong, (await ReadAsync()).Text);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task A_message_in_fragments_is_put_together(int size)
    {
        await SendInFragmentsAsync(Encoding.UTF8.GetBytes(Ping), size);
        Assert.Equal(Pong, (await ReadAsync()).Text);
    }

    [Fact]
    public async Task A_message_sent_byte_by_byte_is_put_together()
    {
        foreach (var one in new WebSocketFrame(FrameOpcode.Text, Encoding.UTF8.GetBytes(Ping), Masked: true).ToBytes())
            await _socket.SendBytesAsync([one]);
        Assert.Equal(Pong, (await ReadAsync()).Text);
    }

    [Fact]
    public async Task Two_messages_in_one_packet_are_both_answered()
    {
        var ping = new WebSocketFrame(FrameOpcode.Text, Encoding.UTF8.GetBytes(Ping), Masked: true).ToBytes();
        await _socket.SendBytesAsync([.. ping, .. ping]);
        Assert.Equal([Pong, Pong], [(await ReadAsync()).Text, (await ReadAsync()).Text]);
    }

    [Fact]
    public async Task A_native_ping_is_answered_with_its_payload()
    {
        await _socket.SendAsync(FrameOpcode.Ping, "are you there?"u8.ToArray());
        var pong = await ReadAsync();
        Assert.Equal("Pong are you there?", $"{pong.Opcode} {pong.Text}");
    }

    [Fact]
    public async Task A_native_pong_nobody_asked_for_is_ignored()
    {
        await _socket.SendAsync(FrameOpcode.Pong, []);
        await _socket.SendTextAsync(Ping);
        Assert.Equal(Pong, (await ReadAsync()).Text);
    }

    [Fact]
    public async Task A_native_ping_between_fragments_is_answered_first()
    {
        var bytes = Encoding.UTF8.GetBytes(Ping);
        await _socket.SendAsync(new WebSocketFrame(FrameOpcode.Text, bytes[..9], Fin: false, Masked: true));
        await _socket.SendAsync(FrameOpcode.Ping, "now"u8.ToArray());
        await _socket.SendAsync(new WebSocketFrame(FrameOpcode.Continuation, bytes[9..], Masked: true));
        Assert.Equal(["now", Pong], [(await ReadAsync()).Text, (await ReadAsync()).Text]);
    }

    [Fact]
    public async Task A_character_may_be_split_between_fragments()
    {
        // The name holds a character of four bytes; every cut through it is tried.
        await SendInFragmentsAsync(Encoding.UTF8.GetBytes("""{"event":"pusher:ping","data":"🎉"}"""), 1);
        Assert.Equal(Pong, (await ReadAsync()).Text);
    }

    [Fact]
    public async Task A_text_that_is_no_utf8_is_closed_with_1007()
    {
        await _socket.SendAsync(FrameOpcode.Text, [(byte)'{', 0xC3, 0x28, (byte)'}']);
        await ClosedAsync(1007);
    }

    [Fact]
    public async Task A_text_that_ends_inside_a_character_is_closed_with_1007()
    {
        await _socket.SendAsync(new WebSocketFrame(FrameOpcode.Text, "{"u8.ToArray(), Fin: false, Masked: true));
        await _socket.SendAsync(new WebSocketFrame(FrameOpcode.Continuation, [0xF0, 0x9F], Masked: true));
        await ClosedAsync(1007);
    }

    [Fact]
    public async Task A_frame_without_a_mask_is_closed_with_1002()
    {
        await _socket.SendAsync(new WebSocketFrame(FrameOpcode.Text, Encoding.UTF8.GetBytes(Ping)));
        await ClosedAsync(1002);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(15)]
    public async Task A_reserved_opcode_is_closed_with_1002(int opcode)
    {
        await _socket.SendAsync((FrameOpcode)opcode, []);
        await ClosedAsync(1002);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task A_reserved_bit_is_closed_with_1002(int rsv)
    {
        await _socket.SendAsync(new WebSocketFrame(FrameOpcode.Text, Encoding.UTF8.GetBytes(Ping), Masked: true, Rsv: rsv));
        await ClosedAsync(1002);
    }

    [Theory]
    [InlineData(FrameOpcode.Ping)]
    [InlineData(FrameOpcode.Close)]
    public async Task A_control_frame_in_fragments_is_closed_with_1002(FrameOpcode opcode)
    {
        await _socket.SendAsync(new WebSocketFrame(opcode, [], Fin: false, Masked: true));
        await ClosedAsync(1002);
    }

    [Fact]
    public async Task A_control_frame_of_126_bytes_is_closed_with_1002()
    {
        await _socket.SendAsync(FrameOpcode.Ping, new byte[126]);
        await ClosedAsync(1002);
    }

    [Fact]
    public async Task A_control_frame_of_125_bytes_is_answered()
    {
        await _socket.SendAsync(FrameOpcode.Ping, new byte[125]);
        Assert.Equal(125, (await ReadAsync()).Payload.Length);
    }

    [Fact]
    public async Task A_continuation_without_a_beginning_is_closed_with_1002()
    {
        await _socket.SendAsync(FrameOpcode.Continuation, "{}"u8.ToArray());
        await ClosedAsync(1002);
    }

    [Fact]
    public async Task A_message_inside_another_is_closed_with_1002()
    {
        await _socket.SendAsync(new WebSocketFrame(FrameOpcode.Text, "{"u8.ToArray(), Fin: false, Masked: true));
        await _socket.SendTextAsync(Ping);
        await ClosedAsync(1002);
    }

    [Fact]
    public async Task A_length_no_memory_has_is_closed_with_1009_at_once()
    {
        var header = new byte[14];
        header[0] = 0x81;
        header[1] = 0xFF;
        BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(2), 1UL << 40);
        await _socket.SendBytesAsync(header);
        await ClosedAsync(1009);
    }

    [Fact]
    public async Task A_message_above_the_payload_limit_is_closed_with_1009()
    {
        await _socket.SendAsync(FrameOpcode.Text, new byte[(64 * 1024) + 1]);
        await ClosedAsync(1009);
    }

    [Fact]
    public async Task Fragments_that_sum_up_above_the_limit_are_closed_with_1009()
    {
        var piece = Encoding.ASCII.GetBytes(new string(' ', 40 * 1024));
        await _socket.SendAsync(new WebSocketFrame(FrameOpcode.Text, piece, Fin: false, Masked: true));
        await _socket.SendAsync(new WebSocketFrame(FrameOpcode.Continuation, piece, Masked: true));
        await ClosedAsync(1009);
    }

    [Fact]
    public async Task A_message_of_exactly_the_payload_limit_is_answered()
    {
        var padding = new string('x', (64 * 1024) - """{"event":"pusher:ping","data":""}""".Length);
        await _socket.SendTextAsync($$"""{"event":"pusher:ping","data":"{{padding}}"}""");
        Assert.Equal(Pong, (await ReadAsync()).Text);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(3000)]
    [InlineData(4999)]
    public async Task A_close_is_answered_with_its_code(int code)
    {
        await _socket.SendCloseAsync(code, "bye");
        await ClosedAsync(code);
    }

    [Fact]
    public async Task A_close_without_a_code_is_answered()
    {
        await _socket.SendAsync(FrameOpcode.Close, []);
        Assert.Equal(FrameOpcode.Close, (await ReadAsync()).Opcode);
    }

    [Theory]
    [InlineData(999)]
    [InlineData(1004)]
    [InlineData(1005)]
    [InlineData(1006)]
    [InlineData(1015)]
    [InlineData(2999)]
    [InlineData(5000)]
    public async Task A_close_with_a_code_nobody_may_send_is_answered_with_1002(int code)
    {
        await _socket.SendCloseAsync(code);
        await ClosedAsync(1002);
    }

    [Fact]
    public async Task A_close_of_one_byte_is_answered_with_1002()
    {
        await _socket.SendAsync(FrameOpcode.Close, [3]);
        await ClosedAsync(1002);
    }

    [Fact]
    public async Task After_its_close_frame_the_server_ends_the_connection()
    {
        await _socket.SendCloseAsync(1000);
        await ReadAsync();
        Assert.Null(await _socket.ReadFrameAsync());
    }

    private async Task<WebSocketFrame> ReadAsync() =>
        await _socket.ReadFrameAsync() ?? throw new InvalidOperationException("The server has closed the connection.");

    private async Task ClosedAsync(int code)
    {
        var frame = await ReadAsync();
        Output.WriteLine(frame.ToString());
        Assert.Equal((FrameOpcode.Close, code), (frame.Opcode, frame.CloseCode));
    }

    private async Task SendInFragmentsAsync(byte[] message, int size)
    {
        for (var at = 0; at < message.Length; at += size)
        {
            var piece = message.AsSpan(at, Math.Min(size, message.Length - at)).ToArray();
            await _socket.SendAsync(new WebSocketFrame(
                at == 0 ? FrameOpcode.Text : FrameOpcode.Continuation, piece, Fin: at + size >= message.Length, Masked: true));
        }
    }
}
