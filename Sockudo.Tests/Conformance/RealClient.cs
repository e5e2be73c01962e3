using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Conformance;

/// <summary>One unmodified pusher-js client in a real host.</summary>
public class RealClient(NodeScript host, SockudoServer server, TestApp app) : IAsyncDisposable
{
    private readonly string _fence = $"fence-{Guid.NewGuid():N}";
    private bool _fenceSubscribed;

    /// <summary>The name it goes by in its host.</summary>
    public string Name { get; } = $"client-{Guid.NewGuid():N}";

    public IReadOnlyList<ClientEvent> Received => Log.All;

    protected TestApp App => app;

    protected int Port => server.Port;

    private EventLog<ClientEvent> Log => host.EventsOf(Name);

    /// <summary>Creates the client; it connects by itself.</summary>
    public virtual Task StartAsync(Identity? identity = null, JsonObject? options = null) =>
        CallAsync("connect", StartArguments(identity, options));

    /// <summary>The next event the client reports from <paramref name="source"/> under this name.</summary>
    public Task<ClientEvent> EventAsync(string source, string name, TimeSpan? limit = null) =>
        Log.FirstAsync(candidate => candidate.Source == source && candidate.Name == name, $"{name} of {source}", limit);

    /// <summary>Waits for the connection's state <c>connected</c> and returns the socket id.</summary>
    public async Task<string> ConnectedAsync(TimeSpan? limit = null)
    {
        var connected = await EventAsync("connection", "connected", limit);
        return connected.Data!["socket_id"]!.GetValue<string>();
    }

    /// <summary>The next error of the connection that carries this code.</summary>
    public Task<ClientEvent> ErrorAsync(int code) =>
        Log.FirstAsync(candidate => candidate is { Source: "connection", Name: "error" } && ErrorCode(candidate.Data) == code, $"error {code}");

    /// <summary>Subscribes and waits for <c>pusher:subscription_succeeded</c>.</summary>
    public async Task<ClientEvent> SubscribeAsync(string channel)
    {
        await BeginSubscribeAsync(channel);
        return await EventAsync(channel, "pusher:subscription_succeeded");
    }

    public Task BeginSubscribeAsync(string channel) => CallAsync("subscribe", new() { ["channel"] = channel });

    /// <summary>Waits until all that the server has sent so far was seen: an event that is not in <see cref="Received"/> then was not sent.</summary>
    public async Task FenceAsync()
    {
        if (!_fenceSubscribed)
            await SubscribeAsync(_fence);
        _fenceSubscribed = true;
        var mark = Guid.NewGuid().ToString("N");
        await server.Api(app).PublishAsync(_fence, mark, "{}");
        await EventAsync(_fence, mark);
    }

    /// <summary>Runs a command of <c>driver.mjs</c> for this client.</summary>
    public Task<JsonNode?> CallAsync(string command, JsonObject? arguments = null)
    {
        arguments ??= [];
        arguments["client"] = Name;
        return host.CallAsync(command, arguments);
    }

    /// <summary>State, socket id and whether it still tries to connect.</summary>
    public async Task<JsonNode> StateAsync() => (await CallAsync("state"))!;

    public async ValueTask DisposeAsync()
    {
        await CallAsync("close");
        GC.SuppressFinalize(this);
    }

    protected JsonObject StartArguments(Identity? identity, JsonObject? options) => new()
    {
        ["key"] = app.Key,
        ["port"] = server.Port,
        ["identity"] = (identity ?? new Identity()).ToJson(app, server.Port),
        ["options"] = options ?? [],
    };

    // pusher-js wraps the server's error once while connected and twice during the handshake.
    private static int? ErrorCode(JsonNode? error) =>
        error is not JsonObject node ? null : node["data"]?["code"]?.GetValue<int>() ?? ErrorCode(node["error"]);
}
