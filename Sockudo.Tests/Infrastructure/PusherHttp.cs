using System.Text.Json.Nodes;

namespace Sockudo.Tests.Infrastructure;

/// <summary>The HTTP API of one app, signed like an SDK signs it; each part can be tampered with.</summary>
public sealed class PusherHttp(HttpClient http, TestApp app)
{
    private readonly string _root = $"/apps/{app.Id}";

    /// <summary>POST <c>/events</c> of one event on one channel.</summary>
    public Task<ApiResponse> PublishAsync(string channel, string name, string data, string? exceptSocketId = null)
    {
        var body = new JsonObject { ["name"] = name, ["channel"] = channel, ["data"] = data };
        if (exceptSocketId is not null)
            body["socket_id"] = exceptSocketId;
        return PostAsync("/events", body);
    }

    public Task<ApiResponse> PublishAsync(JsonObject body) => PostAsync("/events", body);

    /// <param name="path">Below <c>/apps/{id}</c>, escaped.</param>
    public Task<ApiResponse> PostAsync(string path, JsonNode body) => SendAsync(HttpMethod.Post, path, body.ToJsonString());

    /// <param name="path">Below <c>/apps/{id}</c>, escaped.</param>
    /// <param name="query">Unescaped parameters.</param>
    public Task<ApiResponse> GetAsync(string path, params (string Name, string Value)[] query) =>
        SendAsync(HttpMethod.Get, path, null, query: query);

    /// <param name="path">Below <c>/apps/{id}</c>, escaped.</param>
    /// <param name="change">Changes the request before it is signed.</param>
    /// <param name="tamper">Changes the request after it was signed.</param>
    public async Task<ApiResponse> SendAsync(
        HttpMethod method,
        string path,
        string? body = null,
        Action<SignedRequest>? change = null,
        Action<SignedRequest>? tamper = null,
        params (string Name, string Value)[] query)
    {
        var request = new SignedRequest(app, method, _root + path, body);
        foreach (var (name, value) in query)
            request[name] = value;
        change?.Invoke(request);
        request.Sign(TimeProvider.System.GetUtcNow());
        tamper?.Invoke(request);
        using var message = request.ToMessage();
        return await SendAsync(message);
    }

    /// <summary>Sends a request as it is.</summary>
    public async Task<ApiResponse> SendAsync(HttpRequestMessage message)
    {
        using var answer = await http.SendAsync(message);
        var headers = answer.Headers.Concat(answer.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new ApiResponse(
            answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Content.Headers.ContentType?.ToString(), headers);
    }
}
