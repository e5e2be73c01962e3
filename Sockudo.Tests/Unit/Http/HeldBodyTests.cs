using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Sockudo.Server.Caching;
using Sockudo.Server.Http;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

/// <summary>A signed request whose head is sent in time and whose body is held back until its timestamp is over.</summary>
public sealed class HeldBodyTests
{
    private const string Event = """{"name":"placed","channel":"orders","data":"1"}""";

    /// <summary>Whether the signatures are in a shared store.</summary>
    public static TheoryData<bool> Stores => [false, true];

    [Theory, MemberData(nameof(Stores))]
    public async Task What_was_sent_once_is_not_taken_again_whenever_its_body_comes(bool isShared)
    {
        await using var host = await StartAsync(isShared);
        var subscriber = await new Subscriber(host).SubscribeAsync("orders");
        var request = Aged(host, 595).Sign();
        Assert.Equal(200, (await request.SendAsIsAsync()).Status);
        host.Clock.Advance(TimeSpan.FromSeconds(4));

        var held = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => HeldRequest.StartAsync(host, request)));
        host.Clock.Advance(TimeSpan.FromSeconds(3));
        var codes = await Task.WhenAll(held.Select(static one => one.EndAsync()));

        Assert.All(codes, static answer => Assert.Equal("401 timestamp_expired", answer));
        await host.PublishAsync("""{"name":"fence","channel":"orders","data":"2"}""");
        Assert.Equal("placed", (await subscriber.NextAsync()).GetProperty("event").GetString());
        Assert.Equal("fence", (await subscriber.NextAsync()).GetProperty("event").GetString());
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Whose_body_comes_within_its_time_is_taken_once(bool isShared)
    {
        await using var host = await StartAsync(isShared);
        var request = Aged(host, 595).Sign();
        var held = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => HeldRequest.StartAsync(host, request)));
        host.Clock.Advance(TimeSpan.FromSeconds(5));

        var answers = await Task.WhenAll(held.Select(static one => one.EndAsync()));

        Assert.Equal(["200", .. Enumerable.Repeat("401 signature_replayed", 4)], answers.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Without_replay_protection_too_a_request_is_as_old_as_its_last_byte()
    {
        await using var host = await ApiHost.StartAsync();
        var held = await HeldRequest.StartAsync(host, Aged(host, 599).Sign());
        host.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("401 timestamp_expired", await held.EndAsync());
    }

    [Fact]
    public async Task Who_goes_away_while_the_store_is_asked_leaves_the_signature_taken_for_every_node()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cache = NewStore();
        await using var first = await StartAsync(cache);
        await using var second = await StartAsync(cache);
        await using var third = await StartAsync(cache);
        var request = Aged(first, 0).Sign();
        Assert.Equal(200, (await request.SendAsIsAsync()).Status);

        cache.OnTheWay = () =>
        {
            asked.TrySetResult();
            return answers.Task;
        };
        var aborted = await HeldRequest.StartAsync(second, request);
        await aborted.SendRestAsync();
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        aborted.Reset();
        answers.SetResult();

        Assert.Equal("signature_replayed", (await Copy(third, request).SendAsIsAsync()).Code);
    }

    // Its clock is that of the hosts.
    private static StoreCache NewStore() => new(new FakeTimeProvider(new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero)));

    private static Task<ApiHost> StartAsync(bool isShared) => StartAsync(isShared ? NewStore() : null);

    private static Task<ApiHost> StartAsync(StoreCache? cache) => ApiHost.StartAsync(services =>
    {
        services.Configure<HttpApiOptions>(static options => options.ReplayProtection = true);
        if (cache is not null) services.AddSingleton<ICache>(cache);
    });

    private static SignedRequest Aged(ApiHost host, int seconds) => host.Request("POST", "/apps/app-id/events", Event)
        .With("auth_timestamp", (host.Clock.GetUtcNow().ToUnixTimeSeconds() - seconds).ToString(CultureInfo.InvariantCulture));

    private static SignedRequest Copy(ApiHost host, SignedRequest request)
    {
        var copy = host.Request("POST", "/apps/app-id/events", Event);
        foreach (var (key, value) in request.Parameters) copy.With(key, value);
        return copy;
    }

    /// <summary>A request of which the server has the head and waits for the body.</summary>
    private sealed class HeldRequest(TcpClient client)
    {
        public static async Task<HeldRequest> StartAsync(ApiHost host, SignedRequest request)
        {
            var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", host.Port, TestContext.Current.CancellationToken);
            var query = string.Join('&', request.Parameters.Select(static parameter => $"{parameter.Key}={Uri.EscapeDataString(parameter.Value)}"));

            // The server says "go on" when it has checked the head and begins to read the body.
            var head = $"POST /apps/app-id/events?{query} HTTP/1.1\r\nHost: held\r\nContent-Type: application/json\r\nConnection: close\r\n"
                + $"Expect: 100-continue\r\nContent-Length: {Event.Length}\r\n\r\n";
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
            var goOn = new byte["HTTP/1.1 100 Continue\r\n\r\n".Length];
            await client.GetStream().ReadExactlyAsync(goOn, TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            Assert.StartsWith("HTTP/1.1 100", Encoding.ASCII.GetString(goOn), StringComparison.Ordinal);
            return new HeldRequest(client);
        }

        public async Task SendRestAsync() => await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Event), TestContext.Current.CancellationToken);

        /// <summary>Sends the body and reads the status, and the code of a refusal.</summary>
        public async Task<string> EndAsync()
        {
            await SendRestAsync();
            using var reader = new StreamReader(client.GetStream());
            var text = await reader.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(20));
            client.Dispose();
            var status = text.Split(' ')[1];
            return text.IndexOf("\"code\":\"", StringComparison.Ordinal) is > 0 and var at ? $"{status} {text[(at + 8)..].Split('"')[0]}" : status;
        }

        /// <summary>Ends the connection as a client that crashed.</summary>
        public void Reset()
        {
            client.LingerState = new LingerOption(true, 0);
            client.Dispose();
        }
    }
}
