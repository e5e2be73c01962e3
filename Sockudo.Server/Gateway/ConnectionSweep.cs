using Microsoft.Extensions.Options;
using Sockudo.Server.Connections;
using Sockudo.Server.Protocol;
using Sockudo.Server.Transport;

namespace Sockudo.Server.Gateway;

/// <summary>
/// The timers of every connection in one walk a second: pings, missed pongs, authentication deadlines, idle sockets. There is no
/// timer a connection. <see cref="Sweep"/> is not reentrant; it takes no lock that a publish waits for.
/// </summary>
internal sealed class ConnectionSweep(
    ConnectionRegistry connections,
    HandshakeDeadlines handshakes,
    IOptions<GatewayOptions> gateway,
    IOptions<WebSocketOptions> webSocket,
    TimeProvider time)
{
    private static readonly byte[] NativePing = ServerFrame.Create(Opcode.Ping, default);

    /// <summary>Looks at every connection once.</summary>
    public void Sweep()
    {
        handshakes.Sweep();
        var now = time.GetTimestamp();
        foreach (var connection in connections.All)
        {
            if (!connection.IsClosing) Check(connection, now);
        }
    }

    private void Check(Connection connection, long now)
    {
        var options = gateway.Value;
        var silence = Seconds(connection.Activity.LastReceived, now);
        if (connection.Activity.PingSent is not 0 and var pinged)
        {
            if (Seconds(pinged, now) >= options.PongTimeout)
                connection.Close(new PusherError(ErrorCode.PongNotReceived, $"no answer to pusher:ping within {options.PongTimeout} seconds"));
        }
        else if (silence >= options.ActivityTimeout)
        {
            connection.Activity.PingWasSent(now);
            connection.Send(PusherWriter.Ping);
        }

        if (IdleTimeout is { } idle && silence >= idle)
            connection.Close(new PusherError(ErrorCode.Inactivity, $"nothing received for {idle} seconds"));
        if (connection.App.EnableUserAuthentication && !connection.IsAuthenticated && Seconds(connection.ConnectedAt, now) >= options.UserAuthenticationTimeout)
            connection.Close(new PusherError(ErrorCode.Unauthorized, $"neither signed in nor subscribed to a private channel within {options.UserAuthenticationTimeout} seconds"));
        PingNatively(connection, now);
    }

    // Where both are the same, as by default, the socket is asked first and has the pong timeout to answer.
    private int? IdleTimeout => webSocket.Value.IdleTimeout is > 0 and var idle && idle != gateway.Value.ActivityTimeout ? idle : null;

    private void PingNatively(Connection connection, long now)
    {
        if (!webSocket.Value.AutoPing) return;
        var last = Math.Max(connection.Activity.NativePingSent, connection.ConnectedAt);
        if (Seconds(last, now) < webSocket.Value.PingInterval) return;
        connection.Activity.NativePingWasSent(now);
        connection.Send(NativePing);
    }

    private double Seconds(long from, long to) => time.GetElapsedTime(from, to).TotalSeconds;
}
