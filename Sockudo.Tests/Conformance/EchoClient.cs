using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Conformance;

/// <summary>One unmodified laravel-echo client, with the pusher-js below it.</summary>
/// <param name="broadcaster"><c>pusher</c> or <c>reverb</c>.</param>
public sealed class EchoClient(NodeScript host, SockudoServer server, TestApp app, string broadcaster) : RealClient(host, server, app)
{
    public override Task StartAsync(Identity? identity = null, JsonObject? options = null)
    {
        var arguments = StartArguments(identity, options);
        arguments["broadcaster"] = broadcaster;
        return CallAsync("echo.connect", arguments);
    }

    /// <summary>Listens and waits until the channel is subscribed.</summary>
    /// <param name="kind"><c>public</c>, <c>private</c>, <c>encrypted</c> or <c>presence</c>.</param>
    /// <param name="channel">Without Echo's prefix.</param>
    public async Task ListenAsync(string kind, string channel, string laravelEvent)
    {
        await CallAsync("echo.listen", Arguments(kind, channel, laravelEvent));
        await SubscribedAsync(kind, channel);
    }

    public async Task SubscribedAsync(string kind, string channel)
    {
        await CallAsync("echo.subscribe", Arguments(kind, channel));
        await EventAsync(channel, "subscribed");
    }

    /// <summary>Joins a presence channel and returns who is here, by name.</summary>
    public async Task<IReadOnlyList<string>> JoinAsync(string channel)
    {
        await CallAsync("echo.presence", Arguments("presence", channel));
        var here = await EventAsync(channel, "here");
        return [.. here.Data!.AsArray().Select(member => member!["name"]!.GetValue<string>()).Order(StringComparer.Ordinal)];
    }

    public Task ListenForWhisperAsync(string kind, string channel, string name) =>
        CallAsync("echo.listenForWhisper", Arguments(kind, channel, name));

    public Task ListenForNotificationsAsync(string channel) => CallAsync("echo.notification", Arguments("private", channel));

    public Task WhisperAsync(string kind, string channel, string name, JsonObject data)
    {
        var arguments = Arguments(kind, channel, name);
        arguments["data"] = data;
        return CallAsync("echo.whisper", arguments);
    }

    public Task LeaveAsync(string channel) => CallAsync("echo.leave", new() { ["channel"] = channel });

    public async Task<JsonNode> StatusAsync() => (await CallAsync("echo.status"))!;

    private static JsonObject Arguments(string kind, string channel, string? name = null)
    {
        var arguments = new JsonObject { ["kind"] = kind, ["channel"] = channel };
        if (name is not null)
            arguments["event"] = name;
        return arguments;
    }
}
