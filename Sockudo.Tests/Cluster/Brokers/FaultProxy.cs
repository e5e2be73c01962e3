using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Sockudo.Tests.Cluster.Brokers;

/// <summary>
/// A TCP proxy to a loopback port that can cut every connection, swallow everything for a while as a network does that drops packets
/// (what was swallowed comes through afterwards, as TCP's retransmissions do), and delay every piece.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _targetPort;
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentDictionary<Socket, (Socket Server, int ClientPort)> _connections = new();
    private readonly Task _accepting;
    private volatile TaskCompletionSource _open = Opened();

    public FaultProxy(int targetPort)
    {
        _targetPort = targetPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections were accepted.</summary>
    public int Accepted { get; private set; }

    /// <summary>How long every piece is held, and up to how much longer.</summary>
    public (TimeSpan Least, TimeSpan Jitter) Delay { get; set; }

    /// <summary>From now on nothing passes, and connects hang.</summary>
    public void Blackhole() => _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Everything passes again.</summary>
    public void Pass() => _open.TrySetResult();

    /// <summary>Resets every connection; new ones are taken.</summary>
    public void Cut() => Cut(static _ => true);

    /// <summary>Resets the connections that come from these ports; returns how many.</summary>
    public int Cut(IReadOnlySet<int> clientPorts) => Cut(clientPorts.Contains);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        Pass();
        Cut();
        await _accepting;
    }

    private int Cut(Func<int, bool> isCut)
    {
        var cut = 0;
        foreach (var (client, (server, port)) in _connections)
        {
            if (isCut(port))
            {
                Reset(client);
                Reset(server);
                cut++;
            }
        }

        return cut;
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        }
        catch (Exception exception) when (exception is ObjectDisposedException or SocketException)
        {
            // Its other half took it along.
        }
    }

    private static TaskCompletionSource Opened()
    {
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        opened.SetResult();
        return opened;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_ending.Token);
                Accepted++;
                _ = ServeAsync(client);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The proxy ended.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        try
        {
            _connections[client] = (server, ((IPEndPoint)client.RemoteEndPoint!).Port);
            await _open.Task.WaitAsync(_ending.Token);
            await server.ConnectAsync(IPAddress.Loopback, _targetPort, _ending.Token);
            await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Either side ended, or the broker is away.
        }
        finally
        {
            _connections.TryRemove(client, out _);
            client.Dispose();
            server.Dispose();
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 << 10];
        try
        {
            while (await from.ReceiveAsync(buffer, _ending.Token) is > 0 and var length)
            {
                if (Delay is { Least.Ticks: > 0 } or { Jitter.Ticks: > 0 })
                {
                    await Task.Delay(Delay.Least + (Delay.Jitter * Random.Shared.NextDouble()), TimeProvider.System, _ending.Token);
                }

                await _open.Task.WaitAsync(_ending.Token);
                for (var sent = 0; sent < length;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, length - sent), _ending.Token);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The connection ended.
        }
    }
}
