using System.Text.Json;
using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>A client of the tests' own, which sees every frame.</summary>
internal sealed class RawClient : AuditedClient
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly RawWebSocket _socket;
    private readonly TestApp _app;
    private readonly TaskCompletionSource<string> _established = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;

    private RawClient(RawWebSocket socket, TestApp app, string userId)
        : base(userId)
    {
        (_socket, _app) = (socket, app);
        _reading = ReadAsync();
    }

    public static async Task<RawClient> ConnectAsync(Uri server, TestApp app, string userId)
    {
        var socket = await RawWebSocket.OpenAsync(server, $"/app/{app.Key}?protocol=7&client=js&version=8.6.0&flash=false");
        if (socket.Response.Status != 101)
        {
            await socket.DisposeAsync();
            throw new InvalidOperationException($"The upgrade was answered: {socket.Response.StatusLine}");
        }

        var client = new RawClient(socket, app, userId);
        await client._established.Task.WithinAsync($"{userId}'s connection_established");
        return client;
    }

    public override async ValueTask DisposeAsync()
    {
        await _socket.DisposeAsync();
        await _reading;
        _writing.Dispose();
    }

    protected override async Task RequestAsync(string channel)
    {
        var data = new JsonObject { ["channel"] = channel };
        if (channel.StartsWith("presence-", StringComparison.Ordinal))
        {
            var member = new JsonObject { ["user_id"] = UserId }.ToJsonString();
            data["auth"] = PusherAuth.Channel(_app, await _established.Task, channel, member);
            data["channel_data"] = member;
        }

        await SendAsync(new JsonObject { ["event"] = "pusher:subscribe", ["data"] = data });
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
            TakeEnd(end);
        }
    }

    private void Take(JsonElement message)
    {
        var name = message.GetProperty("event").GetString()!;
        var channel = message.TryGetProperty("channel", out var value) ? value.GetString()! : "";
        switch (name)
        {
            case "pusher:connection_established":
                using (var data = Data(message))
                {
                    _established.TrySetResult(data.RootElement.GetProperty("socket_id").GetString()!);
                }

                break;
            case "pusher_internal:subscription_succeeded":
                using (var data = Data(message))
                {
                    TakeConfirmation(
                        channel,
                        data.RootElement.TryGetProperty("presence", out var presence) ? [.. presence.GetProperty("ids").EnumerateArray().Select(static id => id.GetString()!)] : null);
                }

                break;
            case "pusher_internal:member_added" or "pusher_internal:member_removed":
                using (var data = Data(message))
                {
                    TakeMember(channel, name.EndsWith("added", StringComparison.Ordinal), data.RootElement.GetProperty("user_id").GetString()!);
                }

                break;
            case "pusher:subscription_error":
                TakeViolation(channel, message.ToString());
                break;
            default:
                if (!name.StartsWith("pusher", StringComparison.Ordinal))
                {
                    TakeEvent(channel, name, message.GetProperty("data").GetString()!);
                }

                break;
        }
    }

    private static JsonDocument Data(JsonElement message) => JsonDocument.Parse(message.GetProperty("data").GetString()!);
}
