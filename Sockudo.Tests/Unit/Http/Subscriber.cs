using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Sockudo.Server.Adapters;
using Sockudo.Server.Apps;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;
using Sockudo.Server.Metrics;
using Sockudo.Server.Protocol;
using Sockudo.Server.Transport;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

/// <summary>A real connection whose wire is a list: what it was sent can be awaited message by message.</summary>
internal sealed class Subscriber : IFrameSink
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly Channel<string> _messages = System.Threading.Channels.Channel.CreateUnbounded<string>();
    private readonly List<byte> _pending = [];
    private readonly IAdapter _adapter;

    public Subscriber(ApiHost host, App? app = null)
    {
        _adapter = host.Get<IAdapter>();
        var owner = app ?? ApiHost.App;
        Connection = new Connection(
            new SocketIdSource().Next(), owner, host.Get<ServerMetrics>().ForApp(owner.Id), this, host.Get<OutputLoops>().Next(), new WebSocketOptions(), host.Clock.GetTimestamp());
        Assert.True(_adapter.TryConnect(Connection));
    }

    public Connection Connection { get; }

    /// <summary>Subscribes and waits for the answer; for a presence channel as a user.</summary>
    public async Task<Subscriber> SubscribeAsync(string channel, string? userId = null)
    {
        Assert.True(ChannelName.TryParse(channel, 200, out var name, out _));
        _adapter.Subscribe(Connection, name, userId is null ? null : new PresenceMember(userId, PresenceMember.NoInfo));
        while ((await NextAsync()).GetProperty("event").GetString() != "pusher_internal:subscription_succeeded")
        {
            // A transition of somebody else's.
        }

        return this;
    }

    public Subscriber SignIn(string userId)
    {
        _adapter.SignIn(Connection, userId);
        return this;
    }

    /// <summary>The next message.</summary>
    public async Task<JsonElement> NextAsync() => JsonDocument.Parse(await NextTextAsync()).RootElement;

    /// <summary>The next message's text.</summary>
    public async Task<string> NextTextAsync() => await _messages.Reader.ReadAsync().AsTask().WaitAsync(Deadline);

    /// <summary>The code of the close frame, after the error that comes before it.</summary>
    public async Task<int> CloseCodeAsync()
    {
        string text;
        do
        {
            text = await NextTextAsync();
        }
        while (!text.StartsWith("close ", StringComparison.Ordinal));
        return int.Parse(text.AsSpan("close ".Length), System.Globalization.CultureInfo.InvariantCulture);
    }

    int IFrameSink.TryWrite(ReadOnlySpan<byte> bytes)
    {
        _pending.AddRange(bytes);
        var all = _pending.ToArray().AsSpan();
        while (TryTakeFrame(ref all, out var opcode, out var payload))
        {
            _messages.Writer.TryWrite(opcode == 8 ? $"close {BinaryPrimitives.ReadUInt16BigEndian(payload)}" : Encoding.UTF8.GetString(payload));
        }

        _pending.Clear();
        _pending.AddRange(all);
        return bytes.Length;
    }

    ValueTask<bool> IFrameSink.WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        ((IFrameSink)this).TryWrite(bytes.Span);
        return ValueTask.FromResult(true);
    }

    void IFrameSink.Abort() => _messages.Writer.TryComplete();

    private static bool TryTakeFrame(ref Span<byte> bytes, out int opcode, out ReadOnlySpan<byte> payload)
    {
        opcode = 0;
        payload = default;
        if (bytes.Length < 2) return false;
        var (header, length) = bytes[1] switch
        {
            126 => (4, bytes.Length < 4 ? int.MaxValue : BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])),
            127 => (10, bytes.Length < 10 ? int.MaxValue : (int)BinaryPrimitives.ReadUInt64BigEndian(bytes[2..])),
            var small => (2, (int)small),
        };
        if (length > bytes.Length - header) return false;
        opcode = bytes[0] & 0x0f;
        payload = bytes.Slice(header, length);
        bytes = bytes[(header + length)..];
        return true;
    }
}
