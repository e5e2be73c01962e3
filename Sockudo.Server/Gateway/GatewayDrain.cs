using Sockudo.Server.Connections;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Gateway;

/// <summary>
/// Sends every client away with 4200, which makes it reconnect at once, to whoever answers then: in an order drawn by lot and evenly
/// over a window, so that those who answer then get as many handshakes a second as the window says.
/// </summary>
internal sealed partial class GatewayDrain(ConnectionRegistry connections, GatewayState state, TimeProvider time, ILogger<GatewayDrain> logger)
{
    // Nodes that are stopped at one moment must not close in step.
    private const int ShortestPauseMs = 10;
    private const int LongestPauseMs = 30;

    // A machine that stood still must not make up for it by a burst: a slice is never more than this part of the window's time.
    private static readonly TimeSpan LongestSlice = TimeSpan.FromMilliseconds(100);

    /// <summary>What the clients are told.</summary>
    public static PusherError Reason { get; } = new(ErrorCode.Reconnect, "server shutting down: reconnect");

    /// <summary>From now on both doors answer a handshake with 503.</summary>
    public void RefuseNewSockets() => state.BeginDraining();

    /// <summary>
    /// Refuses new sockets, closes the present ones and waits until they are gone or the token ends the waiting. Returns how many are left.
    /// </summary>
    /// <param name="window">Over how long they are closed; more when the machine is too busy to keep the pace. Zero closes all at once.</param>
    /// <param name="latest">After this the rest is closed at once.</param>
    /// <param name="cancellationToken">Closes the rest at once and ends the waiting.</param>
    public async Task<int> DrainAsync(TimeSpan window, TimeSpan latest, CancellationToken cancellationToken)
    {
        state.BeginDraining();
        var order = connections.All.ToArray();
        Random.Shared.Shuffle(order);
        if (order.Length > 0) LogBegins(order.Length, window.TotalSeconds);
        var start = time.GetTimestamp();
        var (last, due, closed) = (start, 0.0, 0);
        while (connections.Count > 0)
        {
            var isOver = cancellationToken.IsCancellationRequested;
            if (isOver || closed == order.Length || window <= TimeSpan.Zero || time.GetElapsedTime(start) >= latest)
            {
                // Again in each round: one that was being accepted when the drain began comes to light only now.
                foreach (var connection in connections.All.Where(static connection => !connection.IsClosing)) connection.Close(Reason);
            }
            else
            {
                var now = time.GetTimestamp();
                var slice = time.GetElapsedTime(last, now);
                last = now;
                due = Math.Min(order.Length, due + (order.Length * ((slice < LongestSlice ? slice : LongestSlice) / window)));
                for (; closed < due; closed++) order[closed].Close(Reason);
            }

            if (isOver) break;
            await PauseAsync(cancellationToken).ConfigureAwait(false);
        }

        return connections.Count;
    }

    /// <summary>Waits for the next slice, or the end of the waiting.</summary>
    private async Task PauseAsync(CancellationToken cancellationToken) =>
        await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(ShortestPauseMs, LongestPauseMs + 1)), time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    [LoggerMessage(Level = LogLevel.Information, Message = "Draining: {Count} sockets are closed with 4200 over {Seconds:0.###} s")]
    private partial void LogBegins(int count, double seconds);
}
