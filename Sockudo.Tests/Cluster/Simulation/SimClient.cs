using System.Text;
using System.Text.Json;
using Sockudo.Server.Adapters;
using Sockudo.Server.Apps;
using Sockudo.Server.Connections;
using Sockudo.Server.Metrics;
using Sockudo.Server.Protocol;
using Sockudo.Server.Transport;
using Xunit;

namespace Sockudo.Tests.Cluster.Simulation;

/// <summary>What a client got on a channel since it subscribed.</summary>
internal sealed class SimSubscription(string channel, long since, string? userId)
{
    public string Channel => channel;

    public long Since => since;

    public string? UserId => userId;

    /// <summary>The numbers of the events of each publishing node, in the order in which they came.</summary>
    public Dictionary<int, List<int>> Received { get; } = [];

    /// <summary>Events this client was to be left out of.</summary>
    public HashSet<(int Origin, int Number)> Excluded { get; } = [];

    public HashSet<string> Members { get; } = [];

    public int Succeeded { get; set; }
}

/// <summary>A client with a real connection whose frames are read as soon as they are flushed.</summary>
internal sealed class SimClient : IFrameSink
{
    private readonly byte[] _scratch;
    private readonly List<string> _violations;
    private readonly Dictionary<string, SimSubscription> _subscriptions = [];

    public SimClient(SocketId id, App app, AppMetrics metrics, OutputLoop loop, long now, List<string> violations, byte[] scratch)
    {
        _scratch = scratch;
        _violations = violations;
        Connection = new Connection(id, app, metrics, this, loop, new WebSocketOptions { MaxMessages = null, MaxBackpressure = int.MaxValue }, now);
        ConnectedAt = now;
    }

    public Connection Connection { get; }

    public long ConnectedAt { get; }

    public string Name => Connection.Id.ToString();

    public IReadOnlyCollection<SimSubscription> Subscriptions => _subscriptions.Values;

    public SimSubscription? Find(string channel) => _subscriptions.GetValueOrDefault(channel);

    public List<string> UserEvents { get; } = [];

    public void Subscribe(IAdapter adapter, string channel, string? userId, long now, string info = "{}")
    {
        Assert.True(Server.Channels.ChannelName.TryParse(channel, 200, out var name, out _));
        Read();
        if (!_subscriptions.ContainsKey(channel)) _subscriptions[channel] = new SimSubscription(channel, now, userId);
        adapter.Subscribe(Connection, name, name.IsPresence ? new PresenceMember(userId!, Encoding.UTF8.GetBytes(info)) : null);
    }

    public void Unsubscribe(IAdapter adapter, string channel)
    {
        Assert.True(Server.Channels.ChannelName.TryParse(channel, 200, out var name, out _));
        adapter.Unsubscribe(Connection, name);
        Read();
        _subscriptions.Remove(channel);
    }

    /// <summary>Reads what was sent by now.</summary>
    public void Read() => Connection.Output.Flush(_scratch);

    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        var rest = bytes;
        while (rest.Length > 0)
        {
            var (header, length) = rest[1] switch
            {
                127 => (10, (int)System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(rest[2..])),
                126 => (4, System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(rest[2..])),
                var small => (2, small),
            };
            if ((rest[0] & 15) == (byte)Opcode.Text) Take(rest.Slice(header, length));
            rest = rest[(header + length)..];
        }

        return bytes.Length;
    }

    public ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes) => throw new InvalidOperationException("the sink takes everything");

    public void Abort()
    {
    }

    /// <summary>An event of the workload: <c>data</c> is origin and number; it is filled up to a number of bytes.</summary>
    public static byte[] Event(string channel, int origin, int number, int bytes = 0, string name = "sim")
    {
        var json = $$"""{"event":"{{name}}","channel":"{{channel}}","data":"{{origin}}.{{number}}","rest":""}""";
        return ServerFrame.Create(Opcode.Text, Encoding.UTF8.GetBytes(json.Insert(json.Length - 2, new string('x', Math.Max(0, bytes - json.Length)))));
    }

    private void Take(ReadOnlySpan<byte> json)
    {
        using var message = JsonDocument.Parse(json.ToArray());
        var root = message.RootElement;
        var name = root.GetProperty("event").GetString()!;
        if (name == "user-event")
        {
            UserEvents.Add(root.GetProperty("data").GetString()!);
            return;
        }

        if (!root.TryGetProperty("channel", out var channel) || !_subscriptions.TryGetValue(channel.GetString()!, out var subscription)) return;
        var data = root.TryGetProperty("data", out var token) && token.ValueKind == JsonValueKind.String ? token.GetString()! : "";
        switch (name)
        {
            case "sim":
                if (subscription.Succeeded == 0) _violations.Add($"client {Name} got an event before subscription_succeeded on {subscription.Channel}");
                var dot = data.IndexOf('.', StringComparison.Ordinal);
                var origin = int.Parse(data.AsSpan(0, dot));
                if (!subscription.Received.TryGetValue(origin, out var numbers)) subscription.Received.Add(origin, numbers = []);
                numbers.Add(int.Parse(data.AsSpan(dot + 1)));
                break;
            case "pusher_internal:subscription_succeeded":
                subscription.Succeeded++;
                subscription.Members.Clear();
                if (data.Length > 2)
                {
                    using var presence = JsonDocument.Parse(data);
                    foreach (var id in presence.RootElement.GetProperty("presence").GetProperty("ids").EnumerateArray()) subscription.Members.Add(id.GetString()!);
                }

                break;
            case "pusher_internal:member_added":
            case "pusher_internal:member_removed":
                using (var member = JsonDocument.Parse(data))
                {
                    var user = member.RootElement.GetProperty("user_id").GetString()!;
                    var isNews = name.EndsWith("added", StringComparison.Ordinal) ? subscription.Members.Add(user) : subscription.Members.Remove(user);
                    if (!isNews) _violations.Add($"client {Name} was told {name} of {user} on {subscription.Channel}, which it knew already");
                }

                break;
        }
    }
}
