using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Sockudo.Tests.Unit.Harness;

namespace Sockudo.Tests.Unit.Gateway;

/// <summary>A door with one connection before it, and what it says.</summary>
public abstract class DoorScene : IDisposable
{
    private protected Gate Gate { get; } = new();

    private protected DoorContext Context { get; } = new();

    public void Dispose()
    {
        Gate.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected (Task Served, Task<string> PassedOn) Serve(DoorContext? context = null)
    {
        var passedOn = new TaskCompletionSource<string>();
        return (Gate.Door.OnConnectionAsync(context ?? Context, ReadAllAsync), passedOn.Task);

        async Task ReadAllAsync(ConnectionContext connection)
        {
            while (true)
            {
                var result = await connection.Transport.Input.ReadAsync();
                if (result.IsCompleted)
                {
                    passedOn.SetResult(Encoding.Latin1.GetString(result.Buffer.ToArray()));
                    return;
                }

                connection.Transport.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        }
    }

    private protected static string Handshake(string target = "/app/shop-key", int padTo = 0)
    {
        var head = $"GET {target} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        var padding = padTo - head.Length - "X: \r\n\r\n".Length;
        return padding > 0 ? $"{head}X: {new string('x', padding)}\r\n\r\n" : $"{head}\r\n";
    }

    private protected static (string Head, string Body) Response(byte[] bytes)
    {
        var parts = Encoding.Latin1.GetString(bytes).Split("\r\n\r\n", 2);
        return (parts[0], parts[1]);
    }

    private protected static (string Head, List<WireFrame> Frames) Split(byte[] bytes)
    {
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        return end < 0 ? ("", []) : (Encoding.Latin1.GetString(bytes, 0, end), Wire.Server(bytes.AsSpan(end + 4), allowCutEnd: true));
    }
}
