using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Sockudo.Tests.Unit.Http;
using Xunit;

namespace Sockudo.Tests.Unit.Fuzzing;

/// <summary>
/// Requests of the HTTP API: signatures and queries that are changed behind the signing, bodies that are changed before it. The
/// answer is always one of the API's, and what a subscriber gets is always a message.
/// </summary>
public sealed class RequestFuzzTests(ITestOutputHelper output)
{
    private static readonly string[] Paths =
    [
        "/apps/app-id/events", "/apps/app-id/batch_events", "/apps/app-id/channels", "/apps/app-id/channels/chat", "/apps/app-id/channels/presence-chat/users",
        "/apps/app-id/users/42/terminate_connections",
    ];

    [Fact]
    public async Task No_request_fails_within_the_server_or_reaches_subscribers_as_anything_but_an_event()
    {
        var server = new InProcessServer();
        await using var host = await ApiHost.StartAsync(services => services.AddSingleton<IServer>(server));
        var bystander = await new Subscriber(host).SubscribeAsync("chat");
        await FuzzRun.ExecuteAsync("requests", output.WriteLine, (random, mutator, given) =>
        {
            var request = Make(host, random, mutator, given);
            return async () =>
            {
                var (status, body) = await server.SendAsync(request.Method, request.Path, request.Query, request.Body, random.Next(8) == 0);
                Assert.True(status < 500, $"{status} {Encoding.UTF8.GetString(body)} on {request.Method} {request.Path}{request.Query} {FuzzRun.Show(request.Body)}");

                // A path of nobody's is told in plain text, by whatever stands behind the API.
                return body.Length == 0 || (status is 404 or 405 && body[0] != '{') ? $"{status}" : $"{status} {CodeOf(body)}";
            };
        });

        await CheckAsync(server, host, bystander);
    }

    private static async Task CheckAsync(InProcessServer server, ApiHost host, Subscriber bystander)
    {
        const string Fence = """{"name":"the-fence","channel":"chat","data":"x"}""";
        var random = new Random(1);
        var request = Make(host, random, new Mutator(random, [[]]), Encoding.UTF8.GetBytes(Fence));
        Assert.Equal(200, (await server.SendAsync(request.Method, request.Path, request.Query, request.Body, isChunked: false)).Status);
        var events = 0;
        while (true)
        {
            // What is no JSON throws.
            var received = await bystander.NextAsync();
            if (received.GetProperty("event").GetString() == "the-fence") break;
            Assert.Equal("chat", received.GetProperty("channel").GetString());
            events++;
        }

        Assert.True(events > 0, "no changed event was an event any more");
    }

    private static string CodeOf(byte[] body)
    {
        using var answer = JsonDocument.Parse(body);
        return answer.RootElement.TryGetProperty("code", out var code) ? code.GetString()! : "";
    }

    private static (string Method, string Path, string Query, byte[] Body) Make(ApiHost host, Random random, Mutator mutator, byte[]? given)
    {
        var path = given is null ? Paths[random.Next(Paths.Length)] : given.AsSpan().IndexOf("\"batch\""u8) >= 0 ? Paths[1] : Paths[0];
        var isPost = path.EndsWith("events", StringComparison.Ordinal) || path.EndsWith("connections", StringComparison.Ordinal);
        var method = isPost ? "POST" : "GET";
        var body = !isPost ? [] : given ?? (random.Next(3) == 0 ? mutator.Pick() : mutator.Next());
        if (random.Next(5) == 0 && given is null) path = "/" + Text(mutator.Change(Encoding.ASCII.GetBytes(path[1..]), random.Next(1, 4)));
        var parameters = new List<(string Key, string Value)>
        {
            ("auth_key", "app-key"),
            ("auth_timestamp", host.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            ("auth_version", "1.0"),
        };
#pragma warning disable CA5351 // the protocol's choice
        if (isPost) parameters.Add(("body_md5", Convert.ToHexStringLower(MD5.HashData(body))));
#pragma warning restore CA5351
        if (!isPost && random.Next(2) == 0) parameters.Add((random.Next(2) == 0 ? "info" : "filter_by_prefix", Text(mutator.Change("subscription_count,user_count"u8.ToArray(), random.Next(3)))));
        if (random.Next(6) == 0) parameters.Add((Text(mutator.Change("extra"u8.ToArray(), 2)), Text(mutator.Change("value"u8.ToArray(), 2))));
        var text = $"{method}\n{path}\n{string.Join('&', parameters.OrderBy(static one => one.Key, StringComparer.Ordinal).Select(static one => $"{one.Key.ToLowerInvariant()}={one.Value}"))}";
        parameters.Add(("auth_signature", Convert.ToHexStringLower(HMACSHA256.HashData("app-secret"u8, Encoding.UTF8.GetBytes(text)))));
        var query = "?" + string.Join('&', parameters.Select(static one => $"{Uri.EscapeDataString(one.Key)}={Uri.EscapeDataString(one.Value)}"));
        if (given is null && random.Next(3) == 0) query = "?" + Text(mutator.Change(Encoding.ASCII.GetBytes(query[1..]), random.Next(1, 4)));
        if (given is null && random.Next(200) == 0) query = "";
        return (method, path, query, body);
    }

    // What a parser of HTTP lets through: printable ASCII, the rest percent-encoded by whoever sends it.
    private static string Text(byte[] bytes) => string.Concat(bytes.Select(static one => one is > 0x20 and < 0x7F and not (byte)'?' and not (byte)'#' ? ((char)one).ToString() : $"%{one:X2}"));
}
