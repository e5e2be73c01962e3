using System.Text.Json;

namespace Sockudo.Tests.Unit.Http;

/// <summary>An answer, read to its end.</summary>
internal sealed record ApiReply(int Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>The code of a refusal.</summary>
    public string? Code => Json.TryGetProperty("code", out var code) ? code.GetString() : null;

    public string Error => Json.GetProperty("error").GetString()!;

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public static async Task<ApiReply> ReadAsync(HttpResponseMessage response)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers)) headers[name] = string.Join(", ", values);
        return new ApiReply((int)response.StatusCode, await response.Content.ReadAsStringAsync(), headers);
    }
}
