using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Sockudo.Tests.Samples;

// What docs/webhooks.md shows: a test keeps the two the same and runs it.
// <webhooks>
public static class SockudoWebhooks
{
    /// <summary>Receives webhooks: checks that they are Sockudo's, and hands out every event once.</summary>
    public static void MapSockudoWebhooks(this WebApplication app, string path, string key, string secret, Func<JsonElement, Task> handle)
    {
        var seen = new HashSet<string>(); // of this process; keep event ids where your data is
        var oneAtATime = new SemaphoreSlim(1);
        app.MapPost(path, async (HttpRequest request) =>
        {
            using var buffer = new MemoryStream();
            await request.Body.CopyToAsync(buffer);
            var body = buffer.ToArray();

            var expected = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
            var sent = request.Headers["X-Pusher-Signature"].ToString();
            if (request.Headers["X-Pusher-Key"] != key || !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(sent), Encoding.ASCII.GetBytes(expected)))
                return Results.Unauthorized();

            using var webhook = JsonDocument.Parse(body);
            await oneAtATime.WaitAsync();
            try
            {
                foreach (var item in webhook.RootElement.GetProperty("events").EnumerateArray())
                {
                    if (!seen.Add(item.GetProperty("event_id").GetString()!)) continue;
                    await handle(item); // name, channel, and what the kind of event has
                }
            }
            finally
            {
                oneAtATime.Release();
            }

            return Results.Ok(); // anything but 2xx, and an exception, is sent again
        });
    }
}
// </webhooks>
