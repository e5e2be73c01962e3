using System.Text;
using Sockudo.LoadTest.Native;

namespace Sockudo.LoadTest.Clients;

/// <summary>
/// The WebSockets of a run: connects them, at most <c>--inflight</c> at a time, subscribes them and reads what they get. Owned by
/// the one thread of the program.
/// </summary>
internal sealed partial class ClientPool
{
    private readonly LoadOptions _options;
    private readonly LoadCounters _counters;
    private readonly Poller _poller;
    private readonly PusherSigner _signer;
    private readonly ClientFrames _frames = new();
    private readonly ClientConnection[] _connections;
    private readonly int[] _subscribers;
    private readonly byte[] _buffer = new byte[256 * 1024];
    private int _next;
    private int _handshakes;
    private int _stampHint;

    public ClientPool(LoadOptions options, LoadCounters counters, Poller poller, PusherSigner signer)
    {
        _options = options;
        _counters = counters;
        _poller = poller;
        _signer = signer;
        _connections = [.. Enumerable.Range(0, options.Connections).Select(static index => new ClientConnection(index))];
        _subscribers = new int[options.Channels];
    }

    /// <summary>How many there are.</summary>
    public int Count => _connections.Length;

    /// <summary>Whether each one is connected and subscribed, or has failed.</summary>
    public bool IsSettled => _counters.Ready + _counters.Failed >= _connections.Length;

    /// <summary>Ready subscribers of a channel.</summary>
    public int SubscribersOf(int channel) => _subscribers[channel];

    /// <summary>The channel a connection subscribes to as its <paramref name="subscription"/>-th.</summary>
    public string ChannelOf(int connection, int subscription = 0) => _options.Mode switch
    {
        LoadMode.Presence => $"presence-{_options.Channel}{connection % _options.Channels}",
        LoadMode.Client => $"private-{_options.Channel}{connection / 2}",
        _ => _options.Channel + ChannelNumber(connection, subscription),
    };

    /// <summary>Begins what may begin: first connects.</summary>
    public void Advance()
    {
        while (_next < _connections.Length && _handshakes < _options.Handshakes) Start(_connections[_next++]);
    }

    /// <summary>Begins the next life of those that are over (mode churn).</summary>
    public void Restart()
    {
        for (var i = 0; i < _next; i++)
        {
            if (_connections[i].State == ClientState.Dead) Start(_connections[i]);
        }
    }

    /// <summary>Counts what is not ready by now as failed.</summary>
    public void GiveUp()
    {
        foreach (var connection in _connections)
        {
            if (connection.State < ClientState.Ready) Drop(connection, failed: true);
        }
    }

    /// <summary>Closes every socket without a word, as a crowd that leaves does.</summary>
    public void CloseAll()
    {
        foreach (var connection in _connections)
        {
            if (connection.Socket is not null) Drop(connection, failed: false);
        }
    }

    /// <summary>Sends a text message; false when the connection is not ready.</summary>
    public bool Send(int index, ReadOnlySpan<byte> text)
    {
        var connection = _connections[index];
        if (connection.State != ClientState.Ready) return false;
        if (!Send(connection, ClientFrames.Text, text)) Drop(connection, failed: true);
        return true;
    }

    /// <summary>A connection's socket has news.</summary>
    public void OnEvent(int index, bool writable, bool readable)
    {
        var connection = _connections[index];
        if (connection.Socket is not { } socket) return;
        if (connection.State == ClientState.Connecting && writable)
        {
            if (socket.HasError())
            {
                Drop(connection, failed: true);
                return;
            }

            connection.State = ClientState.Upgrading;
            socket.Send(Encoding.ASCII.GetBytes(
                $"GET {_options.SocketPath} HTTP/1.1\r\nHost: {_options.Host}:{PortOf(index)}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
        }

        if (writable && !socket.IsFlushed && !socket.Flush()) Drop(connection, connection.State != ClientState.Closing);
        else if (readable) Receive(connection);
    }

    private int ChannelNumber(int connection, int subscription) =>
        (int)(((long)connection * _options.Subscriptions + subscription) % _options.Channels);

    private int PortOf(int index) => _options.Ports[index % _options.Ports.Count];

    private void Start(ClientConnection connection)
    {
        connection.Reset();
        connection.StartedAt = LoadCounters.Now;
        connection.State = ClientState.Connecting;
        _handshakes++;
        var source = _options.Sources > 1 ? connection.Index % _options.Sources : -1;
        connection.Socket = TcpSocket.Open(_options.Host, PortOf(connection.Index), source, _poller, connection.Index);
        if (connection.Socket is null) Drop(connection, failed: true);
    }

    private void Drop(ClientConnection connection, bool failed)
    {
        connection.Socket?.Close();
        if (connection.State == ClientState.Ready) CountReady(connection, -1);
        if (connection.State is > ClientState.New and < ClientState.Ready) _handshakes--;
        if (failed) _counters.Failed++;
        connection.Reset();
        connection.State = ClientState.Dead;
    }

    private void CountReady(ClientConnection connection, int by)
    {
        _counters.Ready += by;
        for (var i = 0; i < _options.Subscriptions; i++) _subscribers[ChannelNumber(connection.Index, i)] += by;
    }

    private bool Send(ClientConnection connection, int opcode, ReadOnlySpan<byte> payload) =>
        connection.Socket!.Send(_frames.Write(opcode, payload));
}
