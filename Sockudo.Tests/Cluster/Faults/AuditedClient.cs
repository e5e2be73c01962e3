using System.Text.Json;
using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>
/// A client that checks each event as it comes, so that a long run keeps no events: numbered channels against
/// <see cref="ChannelView"/>, presence channels against <see cref="MemberView"/>. Thread-safe.
/// </summary>
internal sealed class AuditedClient : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly RawWebSocket _socket;
    private readonly TestApp _app;
    private readonly TaskCompletionSource<string> _established = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<CloseInfo> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, (ChannelRecord? Record, TaskCompletionSource Done)> _subscribing = [];
    private readonly Dictionary<ChannelRecord, ChannelView> _channels = [];
    private readonly Dictionary<string, ChannelRecord> _records = [];
    private readonly Dictionary<string, MemberView> _rooms = [];
    private readonly List<string> _violations = [];
    private readonly Task _reading;

    private AuditedClient(RawWebSocket socket, TestApp app, string userId)
    {
        (_socket, _app, UserId) = (socket, app, userId);
        _reading = ReadAsync();
    }

    /// <summary>Who it is on presence channels, and its name in failures.</summary>
    public string UserId { get; }

    /// <summary>Completes with the end of the connection; 1006 when no close frame came.</summary>
    public Task<CloseInfo> Closed => _closed.Task;

    public IReadOnlyList<string> Violations => Locked(() => _violations.ToArray());

    public IReadOnlyCollection<ChannelRecord> Channels => Locked(() => _channels.Keys.ToArray());

    public IReadOnlyCollection<string> Rooms => Locked(() => _rooms.Keys.ToArray());

    public static async Task<AuditedClient> ConnectAsync(Uri server, TestApp app, string userId)
    {
        var socket = await RawWebSocket.OpenAsync(server, $"/app/{app.Key}?protocol=7&client=js&version=8.6.0&flash=false");
        if (socket.Response.Status != 101)
        {
            await socket.DisposeAsync();
            throw new InvalidOperationException($"The upgrade was answered: {socket.Response.StatusLine}");
        }

        var client = new AuditedClient(socket, app, userId);
        await client._established.Task.WithinAsync($"{userId}'s connection_established");
        return client;
    }

    public async Task WatchAsync(ChannelRecord record)
    {
        var done = Expect(record.Name, record);
        await SendAsync(new JsonObject { ["event"] = "pusher:subscribe", ["data"] = new JsonObject { ["channel"] = record.Name } });
        await done.WithinAsync($"{UserId}'s subscription of {record.Name}");
    }

    public async Task JoinAsync(string room)
    {
        var done = Expect(room, null);
        var member = new JsonObject { ["user_id"] = UserId }.ToJsonString();
        await SendAsync(new JsonObject
        {
            ["event"] = "pusher:subscribe",
            ["data"] = new JsonObject
            {
                ["channel"] = room,
                ["auth"] = PusherAuth.Channel(_app, await _established.Task, room, member),
                ["channel_data"] = member,
            },
        });
        await done.WithinAsync($"{UserId}'s join of {room}");
    }

    public IReadOnlyList<(bool Added, long At)> ChangesOf(string room, string user, long since) =>
        Locked(() => _rooms[room].ChangesOf(user, since));

    /// <summary>Whether it has received everything of a channel that was confirmed by now.</summary>
    public bool IsUpToDate(ChannelRecord record)
    {
        var (generation, confirmed) = (record.Now.Generation, record.Confirmed);
        return Locked(() => _channels[record].Last(generation)) >= confirmed;
    }

    public string[] Members(string room) => Locked(() => _rooms[room].Members.Order(StringComparer.Ordinal).ToArray());

    /// <summary>What it has not received although its publisher rests; null when nothing is missing.</summary>
    public string? Missing(out int taken)
    {
        lock (_gate)
        {
            var lost = 0;
            var missing = _channels.Select(pair => pair.Value.Missing(pair.Key, ref lost)).OfType<string>().ToArray();
            taken = lost;
            return missing.Length == 0 ? null : $"{UserId} lacks events on {missing.Length} channels: {string.Join("; ", missing.Take(3))}";
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _socket.DisposeAsync();
        await _reading;
        _writing.Dispose();
    }

    private Task Expect(string channel, ChannelRecord? record)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _subscribing[channel] = (record, done);
        }

        return done.Task;
    }

    private async Task SendAsync(JsonObject message)
    {
        await _writing.WaitAsync();
        try
        {
            await _socket.SendTextAsync(message.ToJsonString());
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ReadAsync()
    {
        var end = new CloseInfo(1006, "");
        try
        {
            while (await _socket.ReadFrameAsync(Timeout.InfiniteTimeSpan) is { } frame)
            {
                if (frame.Opcode == FrameOpcode.Text)
                {
                    using var message = JsonDocument.Parse(frame.Payload);
                    Take(message.RootElement);
                }
                else if (frame.Opcode == FrameOpcode.Close)
                {
                    end = new CloseInfo(frame.CloseCode, frame.CloseReason);
                    await _socket.SendAsync(FrameOpcode.Close, frame.Payload);
                }
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or NotSupportedException or TimeoutException)
        {
            // The server is gone, or the test has closed the socket: both are an end.
        }
        finally
        {
            _closed.TrySetResult(end);
        }
    }

    private void Take(JsonElement message)
    {
        var name = message.GetProperty("event").GetString()!;
        var channel = message.TryGetProperty("channel", out var value) ? value.GetString()! : "";
        lock (_gate)
        {
            switch (name)
            {
                case "pusher:connection_established":
                    using (var data = Data(message))
                    {
                        _established.TrySetResult(data.RootElement.GetProperty("socket_id").GetString()!);
                    }

                    break;
                case "pusher_internal:subscription_succeeded":
                    Confirmed(channel, message);
                    break;
                case "pusher_internal:member_added" or "pusher_internal:member_removed":
                    using (var data = Data(message))
                    {
                        Note(channel, _rooms[channel].Take(name.EndsWith("added", StringComparison.Ordinal), data.RootElement.GetProperty("user_id").GetString()!));
                    }

                    break;
                case "number" when _records.TryGetValue(channel, out var record):
                    Note(channel, _channels[record].Take(message.GetProperty("data").GetString()!));
                    break;
                case "pusher:subscription_error":
                    Note(channel, message.ToString());
                    break;
                default:
                    if (!name.StartsWith("pusher", StringComparison.Ordinal))
                    {
                        Note(channel, $"an event nobody published: {message}");
                    }

                    break;
            }
        }
    }

    private void Confirmed(string channel, JsonElement message)
    {
        if (!_subscribing.Remove(channel, out var subscribing))
        {
            Note(channel, "was confirmed twice");
            return;
        }

        if (subscribing.Record is { } record)
        {
            _records[channel] = record;
            _channels[record] = new ChannelView(record.Now);
        }
        else
        {
            using var data = Data(message);
            _rooms[channel] = new MemberView(data.RootElement.GetProperty("presence").GetProperty("ids").EnumerateArray().Select(static id => id.GetString()!));
        }

        subscribing.Done.SetResult();
    }

    private void Note(string channel, string? violation)
    {
        if (violation is not null)
        {
            _violations.Add($"{UserId} on {channel}: {violation}");
        }
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }

    private static JsonDocument Data(JsonElement message) => JsonDocument.Parse(message.GetProperty("data").GetString()!);
}
