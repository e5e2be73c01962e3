using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sockudo.Tests.Samples;

// What README shows: a test keeps the two the same.
#pragma warning disable CA5351 // The protocol signs the MD5 of a body; the signature itself is HMAC-SHA256.
// <readme>
public sealed class SockudoBackend(HttpClient http, string appId, string key, string secret)
{
    /// <summary>Publishes an event: what every Pusher server SDK does, in ten lines.</summary>
    public async Task TriggerAsync(string channel, string name, object data)
    {
        var body = JsonSerializer.Serialize(new { name, channel, data = JsonSerializer.Serialize(data) });
        var md5 = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(body)));
        var path = $"/apps/{appId}/events";
        var query = $"auth_key={key}&auth_timestamp={DateTimeOffset.UtcNow.ToUnixTimeSeconds()}&auth_version=1.0&body_md5={md5}";
        var uri = $"{path}?{query}&auth_signature={Sign($"POST\n{path}\n{query}")}";
        using var response = await http.PostAsync(uri, new StringContent(body, Encoding.UTF8, "application/json"));
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Lets a user's browser subscribe to a private channel: check first that this user may.</summary>
    public object Authorize(string socketId, string channel) => new { auth = $"{key}:{Sign($"{socketId}:{channel}")}" };

    private string Sign(string text) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));
}
// </readme>
