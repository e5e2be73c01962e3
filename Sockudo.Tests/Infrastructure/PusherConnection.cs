using System.Text.Json.Nodes;

namespace Sockudo.Tests.Infrastructure;

/// <summary>How a connection ended. <see cref="Code"/> is 1006 when no close frame came.</summary>
public sealed record CloseInfo(int Code, string Reason);

/// <summary>A Pusher client of few words over <see cref="RawWebSocket"/>: it shows every event and decides nothing.</summary>
public sealed class PusherConnection : IAsyncDisposable
{
    private readonly TestApp _app;
    private readonly EventLog<PusherEvent> _events = new("the connection");
    private readonly TaskCompletionSource<CloseInfo> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;

    private PusherConnection(RawWebSocket socket, TestApp app)
    {
        _app = app;
        Socket = socket;
        _reading = ReadAsync();
    }

    /// <summary>For bytes and frames that are no Pusher event.</summary>
    public RawWebSocket Socket { get; }

    /// <summary>Known once <c>pusher:connection_established</c> has come.</summary>
    public string SocketId { get; private set; } = "";

    /// <summary>All events so far, from the first.</summary>
    public IReadOnlyList<PusherEvent> Received => _events.All;

    /// <summary>Opens the socket as pusher-js does, without waiting for an event.</summary>
    public static async Task<PusherConnection> OpenAsync(
        Uri server, TestApp app, string? query = null, IReadOnlyDictionary<string, string>? headers = null)
    {
        var target = $"/app/{app.Key}?{query ?? "protocol=7&client=js&version=8.6.0&flash=false"}";
        var socket = await RawWebSocket.OpenAsync(server, target, headers?.ToDictionary(header => header.Key, header => (string?)header.Value));
        if (socket.Response.Status == 101)
            return new PusherConnection(socket, app);

        await socket.DisposeAsync();
        throw new InvalidOperationException($"The upgrade of {target} was answered: {socket.Response.StatusLine}");
    }

    /// <summary>Opens the socket and waits for <c>pusher:connection_established</c>.</summary>
    public static async Task<PusherConnection> EstablishAsync(Uri server, TestApp app)
    {
        var connection = await OpenAsync(server, app);
        try
        {
            await connection.WaitForAsync("pusher:connection_established");
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>The next event in the order of the wire.</summary>
    public Task<PusherEvent> NextAsync(TimeSpan? limit = null) => _events.NextAsync(limit);

    /// <summary>The next event of this name, and of this channel when one is given; events before it are passed over.</summary>
    public Task<PusherEvent> WaitForAsync(string name, string? channel = null, TimeSpan? limit = null) =>
        _events.FirstAsync(
            candidate => candidate.Name == name && (channel is null || candidate.Channel == channel),
            channel is null ? name : $"{name} on {channel}",
            limit);

    /// <summary>The next event for which <paramref name="matches"/> holds.</summary>
    public Task<PusherEvent> WaitForAsync(Func<PusherEvent, bool> matches, string what, TimeSpan? limit = null) =>
        _events.FirstAsync(matches, what, limit);

    public Task SendTextAsync(string json) => Socket.SendTextAsync(json);

    public Task SendAsync(string name, JsonNode? data = null, string? channel = null)
    {
        var message = new JsonObject { ["event"] = name };
        if (channel is not null)
            message["channel"] = channel;
        if (data is not null)
            message["data"] = data;
        return SendTextAsync(message.ToJsonString());
    }

    /// <summary>Sends a subscribe, signed where the channel needs it, and waits for no answer.</summary>
    /// <param name="channelData">For presence channels: the exact string that is signed and sent.</param>
    /// <param name="auth">Replaces the right signature.</param>
    public Task SendSubscribeAsync(string channel, string? channelData = null, string? auth = null)
    {
        var data = new JsonObject { ["channel"] = channel };
        if (auth is not null || NeedsAuth(channel))
            data["auth"] = auth ?? PusherAuth.Channel(_app, SocketId, channel, channelData);
        if (channelData is not null)
            data["channel_data"] = channelData;
        return SendAsync("pusher:subscribe", data);
    }

    /// <summary>Subscribes and waits for <c>pusher_internal:subscription_succeeded</c>.</summary>
    public async Task<PusherEvent> SubscribeAsync(string channel, string? channelData = null)
    {
        await SendSubscribeAsync(channel, channelData);
        return await WaitForAsync("pusher_internal:subscription_succeeded", channel);
    }

    /// <summary>Joins a presence channel as <paramref name="userId"/>.</summary>
    public Task<PusherEvent> JoinAsync(string channel, string userId, JsonNode? userInfo = null)
    {
        var member = new JsonObject { ["user_id"] = userId };
        if (userInfo is not null)
            member["user_info"] = userInfo;
        return SubscribeAsync(channel, member.ToJsonString());
    }

    public Task UnsubscribeAsync(string channel) => SendAsync("pusher:unsubscribe", new JsonObject { ["channel"] = channel });

    /// <summary>Signs in and waits for <c>pusher:signin_success</c>.</summary>
    public async Task<PusherEvent> SignInAsync(string userId, params string[] watchlist)
    {
        var user = new JsonObject { ["id"] = userId };
        if (watchlist.Length > 0)
            user["watchlist"] = new JsonArray([.. watchlist.Select(id => JsonValue.Create(id))]);
        await SendSignInAsync(user.ToJsonString());
        return await WaitForAsync("pusher:signin_success");
    }

    public Task SendSignInAsync(string userData, string? auth = null) =>
        SendAsync("pusher:signin", new JsonObject
        {
            ["auth"] = auth ?? PusherAuth.User(_app, SocketId, userData),
            ["user_data"] = userData,
        });

    /// <summary>
    /// Waits until the server has answered everything sent so far (<c>pusher:ping</c>, <c>pusher:pong</c>) and returns the
    /// events that were not read yet: an event that is not among them was not sent.
    /// </summary>
    public async Task<IReadOnlyList<PusherEvent>> FenceAsync()
    {
        var before = _events.All.Count - _events.Unread.Count;
        await SendAsync("pusher:ping");
        await WaitForAsync("pusher:pong");
        return [.. _events.All.Skip(before).TakeWhile(item => item.Name != "pusher:pong")];
    }

    /// <summary>Waits for the end of the connection.</summary>
    public Task<CloseInfo> ClosedAsync(TimeSpan? limit = null) => _closed.Task.WithinAsync("the close of the connection", limit);

    public async ValueTask DisposeAsync()
    {
        await Socket.DisposeAsync();
        await _reading;
    }

    private static bool NeedsAuth(string channel) =>
        channel.StartsWith("private-", StringComparison.Ordinal) || channel.StartsWith("presence-", StringComparison.Ordinal);

    private async Task ReadAsync()
    {
        var end = new CloseInfo(1006, "");
        try
        {
            // No limit of its own: each wait has one.
            while (await Socket.ReadFrameAsync(Timeout.InfiniteTimeSpan) is { } frame)
            {
                switch (frame.Opcode)
                {
                    case FrameOpcode.Text:
                        var received = new PusherEvent(frame.Text);
                        if (received.Name == "pusher:connection_established")
                            SocketId = received.DataJson!["socket_id"]!.GetValue<string>();
                        _events.Add(received);
                        break;
                    case FrameOpcode.Ping:
                        await Socket.SendAsync(FrameOpcode.Pong, frame.Payload);
                        break;
                    case FrameOpcode.Close:
                        end = new CloseInfo(frame.CloseCode, frame.CloseReason);
                        await Socket.SendAsync(FrameOpcode.Close, frame.Payload);
                        break;
                }
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or TimeoutException)
        {
            // The server is gone, or the test has disposed the socket: both are an end.
        }
        finally
        {
            _events.End($"the connection is closed ({end.Code} {end.Reason})");
            _closed.TrySetResult(end);
        }
    }
}
