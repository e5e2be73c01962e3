using Sockudo.Server.Connections;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Gateway;

/// <summary>Sends every client away with 4200, which makes it reconnect at once, to whoever answers then.</summary>
internal sealed class GatewayDrain(ConnectionRegistry connections, GatewayState state, TimeProvider time)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>What the clients are told.</summary>
    public static PusherError Reason { get; } = new(ErrorCode.Reconnect, "server shutting down: reconnect");

    /// <summary>Refuses new sockets, closes the present ones and waits until they are gone or the token ends the waiting. Returns how many are left.</summary>
    public async Task<int> DrainAsync(CancellationToken cancellationToken)
    {
        state.BeginDraining();
        while (connections.Count > 0 && !cancellationToken.IsCancellationRequested)
        {
            // Again in each round: one that was being accepted when the drain began comes to light only now.
            foreach (var connection in connections.All) connection.Close(Reason);
            try
            {
                await Task.Delay(PollInterval, time, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        return connections.Count;
    }
}
