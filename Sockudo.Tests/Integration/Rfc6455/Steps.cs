using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Rfc6455;

/// <summary>The steps cases are made of.</summary>
internal static class Steps
{
    /// <summary>All frames in one write.</summary>
    public static Step Send(params byte[][] frames) => run => run.SendAsync(Wire.Join(frames));

    /// <summary>Each frame in a write of its own.</summary>
    public static Step SendFrameByFrame(params byte[][] frames) => async run =>
    {
        foreach (var frame in frames) await run.SendAsync(frame);
    };

    /// <summary>The frames' bytes in writes of so many.</summary>
    public static Step SendInChops(int size, params byte[][] frames) => async run =>
    {
        foreach (var piece in Wire.Join(frames).Chunk(size)) await run.SendAsync(piece);
    };

    public static Step SendByteByByte(params byte[][] frames) => SendInChops(1, frames);

    /// <summary>The neighbour gets this message.</summary>
    public static Step Echo(byte[] message) => run => run.NeighbourGetsAsync(message);

    /// <summary>The client gets a native pong with this payload.</summary>
    public static Step Pong(byte[] payload) => async run =>
    {
        var frame = await run.ReadAsync();
        Assert.Equal((FrameOpcode.Pong, Convert.ToHexString(payload)), (frame.Opcode, Convert.ToHexString(frame.Payload)));
    };

    /// <summary>The client is told that its message is none, and stays connected.</summary>
    public static Step NotUnderstood => async run =>
        Assert.StartsWith("""{"event":"pusher:error","data":{"code":4000,""", (await run.ReadAsync()).Text, StringComparison.Ordinal);

    /// <summary>Nothing else came, and the client is still served.</summary>
    public static Step Open => static run => run.IsOpenAsync();

    /// <summary>Nothing else came but a close frame with this code, and the end of TCP.</summary>
    public static Step Closed(int code) => run => run.IsClosedAsync(code);

    /// <summary>The steps, so many times.</summary>
    public static Step Repeat(int times, params Step[] steps) => async run =>
    {
        for (var i = 0; i < times; i++)
            foreach (var step in steps)
                await step(run);
    };
}
