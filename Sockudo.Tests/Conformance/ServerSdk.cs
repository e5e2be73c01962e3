using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Conformance;

/// <summary>An answer the <c>pusher</c> SDK got, or the refusal it threw.</summary>
public sealed record SdkAnswer(int Status, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;
}

/// <summary>The unmodified <c>pusher</c> 5.3 server SDK speaking for one app.</summary>
/// <param name="secret">Signs with this instead of the app's secret.</param>
public sealed class ServerSdk(NodeScript node, int port, TestApp app, string? secret = null)
{
    public Task<SdkAnswer> TriggerAsync(string channel, string name, JsonNode data, JsonObject? parameters = null) =>
        TriggerAsync([channel], name, data, parameters);

    public Task<SdkAnswer> TriggerAsync(string[] channels, string name, JsonNode data, JsonObject? parameters = null) =>
        CallAsync("trigger", [.. new JsonNode?[] { Strings(channels), name, data }, .. parameters is null ? [] : new JsonNode?[] { parameters }]);

    public Task<SdkAnswer> TriggerBatchAsync(params JsonObject[] events) => CallAsync("triggerBatch", new JsonArray([.. events]));

    public Task<SdkAnswer> GetAsync(string path, JsonObject? parameters = null)
    {
        var options = new JsonObject { ["path"] = path };
        if (parameters is not null)
            options["params"] = parameters;
        return CallAsync("get", options);
    }

    public Task<SdkAnswer> PostAsync(string path, JsonObject body) =>
        CallAsync("post", new JsonObject { ["path"] = path, ["body"] = body });

    public Task<SdkAnswer> SendToUserAsync(string userId, string name, JsonNode data) => CallAsync("sendToUser", userId, name, data);

    public Task<SdkAnswer> TerminateUserConnectionsAsync(string userId) => CallAsync("terminateUserConnections", userId);

    private static JsonArray Strings(string[] values) => new([.. values.Select(value => JsonValue.Create(value))]);

    private async Task<SdkAnswer> CallAsync(string method, params JsonNode?[] call)
    {
        var credentials = Identity.Credentials(app, port);
        if (secret is not null)
            credentials["app_secret"] = secret;
        var answer = await node.CallAsync($"sdk.{method}", new JsonObject { ["app"] = credentials, ["call"] = new JsonArray(call) });
        return new SdkAnswer(answer!["status"]!.GetValue<int>(), answer["body"]!.GetValue<string>());
    }
}
