using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sockudo.Tests.Infrastructure;

/// <summary>
/// A Node process of <c>Sockudo.Tests/Clients</c> that runs real clients on command: JSON lines in, answers and events out.
/// Costly to start, so one serves a whole test class. Thread-safe.
/// </summary>
public sealed class NodeScript : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _lock = new();
    private readonly Dictionary<int, TaskCompletionSource<JsonNode?>> _waiting = [];
    private readonly Dictionary<string, EventLog<ClientEvent>> _events = [];
    private readonly ChildProcess _process;
    private readonly Action<ClientEvent>? _onEvent;
    private int _lastId;

    private NodeScript(string script, Action<ClientEvent>? onEvent)
    {
        _onEvent = onEvent;
        var path = Path.Combine(RepositoryLayout.Clients, script);
        if (!Directory.Exists(Path.Combine(RepositoryLayout.Clients, "node_modules")))
            throw new InvalidOperationException("Sockudo.Tests/Clients/node_modules is missing: run eng/test, or npm ci there.");
        _process = ChildProcess.Start("node", [path], RepositoryLayout.Clients, onLine: Read);
        _ = FailWaitingAtExitAsync();
    }

    /// <summary>Starts a script and waits until it answers.</summary>
    /// <param name="onEvent">Gets each event, one after another, in place of <see cref="EventsOf"/>; null keeps them there.</param>
    public static async Task<NodeScript> StartAsync(string script, Action<ClientEvent>? onEvent = null)
    {
        var node = new NodeScript(script, onEvent);
        try
        {
            await node.CallAsync("ready", limit: Deadline.ProcessStart);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command in the script and returns its answer.</summary>
    /// <exception cref="RealClientException">The script has answered with an error.</exception>
    public async Task<JsonNode?> CallAsync(string command, JsonObject? arguments = null, TimeSpan? limit = null)
    {
        var answer = new TaskCompletionSource<JsonNode?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var request = new JsonObject { ["command"] = command, ["arguments"] = arguments ?? new JsonObject() };
        lock (_lock)
        {
            request["id"] = ++_lastId;
            _waiting[_lastId] = answer;
            _process.Input.WriteLine(request.ToJsonString(Readable));
            _process.Input.Flush();
        }

        try
        {
            return await answer.Task.WithinAsync($"the real client's answer to {command} {arguments?.ToJsonString(Readable)}", limit);
        }
        catch (TimeoutException error)
        {
            throw new TimeoutException($"{error.Message} Its output:\n{_process.OutputText}");
        }
    }

    /// <summary>What the client of this name has reported.</summary>
    public EventLog<ClientEvent> EventsOf(string client)
    {
        lock (_lock)
        {
            if (!_events.TryGetValue(client, out var log))
                _events[client] = log = new EventLog<ClientEvent>(client);
            return log;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // End of input is the script's sign to close its browser and leave.
        _process.Input.Close();
        await _process.Exited.WaitAsync(Deadline.Default).ContinueWith(_ => { }, TaskScheduler.Default);
        await _process.DisposeAsync();
    }

    private void Read(string line)
    {
        var message = (JsonObject)JsonNode.Parse(line)!;
        if (message["id"] is { } id)
        {
            TaskCompletionSource<JsonNode?>? answer;
            lock (_lock)
                _waiting.Remove(id.GetValue<int>(), out answer);
            if (message["error"] is { } error)
                answer?.TrySetException(new RealClientException(error.ToString()));
            else
                answer?.TrySetResult(message["result"]?.DeepClone());
            return;
        }

        var client = message["client"]!.GetValue<string>();
        var seen = new ClientEvent(
            client,
            message["source"]!.GetValue<string>(),
            message["name"]!.GetValue<string>(),
            message["data"]?.DeepClone(),
            message["metadata"]?.DeepClone());
        if (_onEvent is null)
            EventsOf(client).Add(seen);
        else
            _onEvent(seen);
    }

    private async Task FailWaitingAtExitAsync()
    {
        var code = await _process.Exited;
        lock (_lock)
        {
            foreach (var answer in _waiting.Values)
                answer.TrySetException(new RealClientException($"The script ended with exit code {code}. Its output:\n{_process.OutputText}"));
            _waiting.Clear();
        }
    }
}
