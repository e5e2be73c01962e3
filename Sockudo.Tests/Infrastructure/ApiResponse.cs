using System.Net;
using System.Text.Json.Nodes;

namespace Sockudo.Tests.Infrastructure;

/// <summary>An answer of the HTTP API.</summary>
public sealed record ApiResponse(HttpStatusCode Status, string Body, string? ContentType, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The body as JSON; throws with the body when it is none.</summary>
    public JsonNode Json
    {
        get
        {
            try
            {
                return JsonNode.Parse(Body)!;
            }
            catch (System.Text.Json.JsonException error)
            {
                throw new InvalidOperationException($"{(int)Status}, not JSON: {Body}", error);
            }
        }
    }

    public override string ToString() => $"{(int)Status} {Body}";
}
