using System.Buffers;
using System.Text;

namespace Sockudo.LoadTest.Clients;

internal sealed partial class ClientPool
{
    private static readonly byte[] NormalClosure = [0x03, 0xe8];
    private static readonly SearchValues<byte> SocketIdBytes = SearchValues.Create("0123456789."u8);

    private void Receive(ClientConnection connection)
    {
        while (connection.Socket is { } socket)
        {
            var length = socket.Receive(_buffer);
            if (length == 0) return;
            if (length < 0)
            {
                Drop(connection, connection.State != ClientState.Closing);
                return;
            }

            var now = LoadCounters.Now;
            if (connection.HasPartial)
            {
                var consumed = Consume(connection, connection.Join(_buffer.AsSpan(0, length)), now);
                if (connection.Socket is not null) connection.Consume(consumed);
            }
            else
            {
                var consumed = Consume(connection, _buffer.AsSpan(0, length), now);
                if (connection.Socket is not null && consumed < length) connection.Keep(_buffer.AsSpan(consumed, length - consumed));
            }

            if (length < _buffer.Length) return;
        }
    }

    /// <summary>Handles what is complete and returns how many bytes that was.</summary>
    private int Consume(ClientConnection connection, ReadOnlySpan<byte> bytes, long now)
    {
        var used = 0;
        if (connection.State == ClientState.Upgrading)
        {
            var end = bytes.IndexOf("\r\n\r\n"u8);
            if (end < 0) return 0;
            if (!bytes.StartsWith("HTTP/1.1 101"u8))
            {
                Drop(connection, failed: true);
                return bytes.Length;
            }

            used = end + 4;
            connection.State = ClientState.Greeting;
        }

        while (connection.Socket is not null && ClientFrames.TryRead(bytes[used..], out var opcode, out var payload, out var consumed))
        {
            OnFrame(connection, opcode, payload, now);
            used += consumed;
        }

        return used;
    }

    private void OnFrame(ClientConnection connection, int opcode, ReadOnlySpan<byte> payload, long now)
    {
        switch (opcode)
        {
            case ClientFrames.Ping:
                if (!Send(connection, ClientFrames.Pong, payload)) Drop(connection, failed: true);
                break;
            case ClientFrames.Close:
                Drop(connection, connection.State != ClientState.Closing);
                break;
            case > 2:
                break;
            default:
                OnMessage(connection, payload, now);
                break;
        }
    }

    private void OnMessage(ClientConnection connection, ReadOnlySpan<byte> message, long now)
    {
        switch (connection.State)
        {
            case ClientState.Ready when PayloadStamp.TryFind(message, ref _stampHint, out var publishedAt):
                _counters.Latency.Add(now - publishedAt);
                _counters.Delivered++;
                _counters.LastDelivery = now;
                break;
            case ClientState.Ready when _options.Mode == LoadMode.Subscribe && message.IndexOf("subscription_succeeded"u8) >= 0:
                Cycled(connection, now);
                break;
            case ClientState.Ready or ClientState.Joining when message.IndexOf("member_added"u8) >= 0:
                _counters.MembersAdded++;
                _counters.LastDelivery = now;
                break;
            case ClientState.Ready when message.IndexOf("pusher:ping"u8) >= 0:
                Send(connection, ClientFrames.Text, """{"event":"pusher:pong","data":{}}"""u8);
                break;
            case ClientState.Ready:
                _counters.OtherFrames++;
                break;
            case ClientState.Greeting when message.IndexOf("connection_established"u8) >= 0:
                Subscribe(connection, message);
                break;
            case ClientState.Joining when message.IndexOf("subscription_succeeded"u8) >= 0:
                if (++connection.Joined == _options.Subscriptions) Ready(connection, now);
                break;
            case ClientState.Greeting or ClientState.Joining when message.IndexOf("_error"u8) >= 0 || message.IndexOf("pusher:error"u8) >= 0:
                Drop(connection, failed: true);
                break;
        }
    }

    private void Subscribe(ClientConnection connection, ReadOnlySpan<byte> greeting)
    {
        connection.State = ClientState.Joining;
        for (var i = 0; i < _options.Subscriptions; i++)
        {
            var channel = ChannelOf(connection.Index, i);
            if (Send(connection, ClientFrames.Text, Encoding.UTF8.GetBytes(SubscribeMessage(connection, channel, greeting)))) continue;
            Drop(connection, failed: true);
            return;
        }
    }

    private string SubscribeMessage(ClientConnection connection, string channel, ReadOnlySpan<byte> greeting)
    {
        var auth = _options.Mode switch
        {
            LoadMode.Client => $",\"auth\":\"{_options.Key}:{_signer.Sign($"{SocketIdIn(greeting)}:{channel}")}\"",
            LoadMode.Presence => PresenceAuth(connection, channel, greeting),
            _ => "",
        };
        return $"{{\"event\":\"pusher:subscribe\",\"data\":{{\"channel\":\"{channel}\"{auth}}}}}";
    }

    private string PresenceAuth(ClientConnection connection, string channel, ReadOnlySpan<byte> greeting)
    {
        var member = $"{{\"user_id\":\"u{connection.Index}\"}}";
        var signature = _signer.Sign($"{SocketIdIn(greeting)}:{channel}:{member}");
        return $",\"auth\":\"{_options.Key}:{signature}\",\"channel_data\":\"{member.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    private static string SocketIdIn(ReadOnlySpan<byte> greeting)
    {
        var rest = greeting[(greeting.IndexOf("socket_id"u8) + "socket_id"u8.Length)..];
        rest = rest[rest.IndexOfAnyInRange((byte)'0', (byte)'9')..];
        return Encoding.ASCII.GetString(rest[..rest.IndexOfAnyExcept(SocketIdBytes)]);
    }

    private void Ready(ClientConnection connection, long now)
    {
        connection.State = ClientState.Ready;
        _handshakes--;
        CountReady(connection, 1);
        _counters.ConnectLatency.Add(now - connection.StartedAt);
        if (_options.Mode != LoadMode.Churn) return;
        _counters.Cycles++;
        if (!Send(connection, ClientFrames.Close, NormalClosure))
        {
            Drop(connection, failed: false);
            return;
        }

        CountReady(connection, -1);
        connection.State = ClientState.Closing;
    }
}
