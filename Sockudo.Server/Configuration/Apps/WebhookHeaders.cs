using System.Buffers;
using System.Text.Json;

namespace Sockudo.Server.Configuration.Apps;

/// <summary>Reads the headers of a webhook: names that HTTP allows and that are not the protocol's own.</summary>
internal static class WebhookHeaders
{
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private static readonly string[] Reserved =
        ["Content-Type", "Content-Length", "Transfer-Encoding", "Connection", "Host", "X-Pusher-Key", "X-Pusher-Signature", "X-Sockudo-Event-Id", "X-Sockudo-Attempt"];

    /// <summary>Reads the object; what is wrong is reported and left out.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(JsonElement element, string path, ValueOrigin file, LoadState state)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            state.Error(path, $"expected an object, found {JsonFound.Describe(element)}", file);
            return [];
        }

        var headers = new List<KeyValuePair<string, string>>();
        foreach (var property in element.EnumerateObject())
        {
            var at = $"{path}.{property.Name}";
            if (property.Value.ValueKind == JsonValueKind.Null) continue;
            if (property.Value.ValueKind != JsonValueKind.String) state.Error(at, $"expected text, found {JsonFound.Describe(property.Value)}", file);
            else if (property.Name.Length == 0 || property.Name.AsSpan().ContainsAnyExcept(TokenCharacters)) state.Error(at, "expected the name of an HTTP header", file);
            else if (Reserved.Contains(property.Name, StringComparer.OrdinalIgnoreCase)) state.Error(at, "this header is the server's own", file);
            else if (property.Value.GetString()!.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0) state.Error(at, "a header's value has no line breaks", file);
            else headers.Add(new(property.Name, property.Value.GetString()!));
        }

        return headers;
    }
}
