using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>
/// An unmodified pusher-js in a Node process of its own, which reports each event as a line. Its reconnects are pusher-js' own matter:
/// the audit is of its one connected phase, which lasts as long as its node.
/// </summary>
internal sealed class PusherJsClient : AuditedClient
{
    private const string Name = "pusher-js";

    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private NodeScript? _script;
    private int _code = 1006;

    private PusherJsClient(string userId)
        : base(userId)
    {
    }

    private NodeScript Script => _script ?? throw new InvalidOperationException("The script is not running.");

    public static async Task<PusherJsClient> ConnectAsync(SockudoServer server, TestApp app, string userId)
    {
        var client = new PusherJsClient(userId);
        client._script = await NodeScript.StartAsync("audited-client.mjs", client.Take);
        try
        {
            await client._script.CallAsync("connect", new JsonObject
            {
                ["client"] = Name,
                ["port"] = server.Port,
                ["key"] = app.Key,
                ["secret"] = app.Secret,
                ["user_id"] = userId,
            });
            await client._connected.Task.WithinAsync($"{userId}'s connection");
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _script, null) is { } script)
        {
            await script.DisposeAsync();
        }
    }

    protected override Task RequestAsync(string channel) =>
        Script.CallAsync("subscribe", new JsonObject { ["client"] = Name, ["channel"] = channel });

    private void Take(ClientEvent message)
    {
        var (channel, data) = (message.Source, message.Data);
        switch (message.Name)
        {
            case "connected":
                _connected.TrySetResult();
                break;
            case "error":
                // Before it says that it is not connected any more; in it is the code of the close frame.
                _code = data?["code"]?.GetValue<int>() ?? _code;
                break;
            case "disconnected":
                TakeEnd(new CloseInfo(_code, ""));
                break;
            case "pusher:subscription_succeeded":
                TakeConfirmation(channel, data?.AsArray().Select(Id).ToArray());
                break;
            case "pusher:member_added" or "pusher:member_removed":
                TakeMember(channel, message.Name.EndsWith("added", StringComparison.Ordinal), Id(data));
                break;
            case "pusher:subscription_error":
                TakeViolation(channel, data?.ToJsonString() ?? "a subscription error");
                break;
            default:
                if (!message.Name.StartsWith("pusher:", StringComparison.Ordinal))
                {
                    TakeEvent(channel, message.Name, Id(data));
                }

                break;
        }
    }

    private static string Id(JsonNode? node) => node?.GetValue<string>() ?? "";
}
