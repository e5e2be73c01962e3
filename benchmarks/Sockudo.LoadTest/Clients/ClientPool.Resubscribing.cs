using System.Text;

namespace Sockudo.LoadTest.Clients;

internal sealed partial class ClientPool
{
    private readonly Queue<ClientConnection> _waiting = new();

    /// <summary>Puts every ready connection into the line of those that may subscribe once more (mode subscribe).</summary>
    public void BeginCycles()
    {
        foreach (var connection in _connections)
        {
            if (connection.State == ClientState.Ready) _waiting.Enqueue(connection);
        }
    }

    /// <summary>Subscribes one connection to a channel of its own; its answer ends the cycle. False when all of them wait for an answer.</summary>
    public bool TryCycle(long startedAt)
    {
        if (!_waiting.TryDequeue(out var connection)) return false;
        if (connection.State != ClientState.Ready) return true;
        connection.StartedAt = startedAt;
        Send(connection, ClientFrames.Text, Encoding.UTF8.GetBytes($"{{\"event\":\"pusher:subscribe\",\"data\":{{\"channel\":\"{OwnChannel(connection)}\"}}}}"));
        _counters.Expected++;
        return true;
    }

    private string OwnChannel(ClientConnection connection) => $"{_options.Channel}-cycle-{connection.Index}";

    private void Cycled(ClientConnection connection, long now)
    {
        _counters.Latency.Add(now - connection.StartedAt);
        _counters.Delivered++;
        _counters.Cycles++;
        _counters.LastDelivery = now;
        Send(connection, ClientFrames.Text, Encoding.UTF8.GetBytes($"{{\"event\":\"pusher:unsubscribe\",\"data\":{{\"channel\":\"{OwnChannel(connection)}\"}}}}"));
        _waiting.Enqueue(connection);
    }
}
