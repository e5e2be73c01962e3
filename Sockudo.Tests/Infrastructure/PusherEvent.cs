using System.Text.Json.Nodes;

namespace Sockudo.Tests.Infrastructure;

/// <summary>A text frame of the server, read as a Pusher event.</summary>
/// <param name="Raw">The frame's text, exactly.</param>
public sealed record PusherEvent(string Raw)
{
    private const int ShownLength = 400;

    private readonly JsonObject _json =
        JsonNode.Parse(Raw) as JsonObject ?? throw new InvalidOperationException($"Not a JSON object: {Raw}");

    /// <summary>All members, for what the properties below do not name.</summary>
    public JsonObject Json => _json;

    public string Name => _json["event"]?.GetValue<string>() ?? throw new InvalidOperationException($"No event name: {Raw}");

    public string? Channel => _json["channel"]?.GetValue<string>();

    public string? UserId => _json["user_id"]?.GetValue<string>();

    /// <summary><c>data</c> as it is: a string, an object, or null when it is absent.</summary>
    public JsonNode? Data => _json["data"];

    /// <summary><c>data</c>, which must be a JSON string.</summary>
    public string DataString => Data!.GetValue<string>();

    /// <summary><c>data</c> as JSON, whether it came as a string of JSON or as a value.</summary>
    public JsonNode? DataJson => Data is JsonValue value && value.TryGetValue<string>(out var text) ? JsonNode.Parse(text) : Data;

    /// <summary>The code of a <c>pusher:error</c>.</summary>
    public int ErrorCode => DataJson!["code"]!.GetValue<int>();

    /// <summary>For failures: long data is cut.</summary>
    public override string ToString() => Raw.Length <= ShownLength ? Raw : $"{Raw.AsSpan(0, ShownLength)}... ({Raw.Length} characters)";
}
