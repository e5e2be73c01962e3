using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sockudo.Tests.Infrastructure;

/// <summary>One request a receiver of webhooks got.</summary>
/// <param name="Path">Which endpoint.</param>
/// <param name="Headers">Names in lower case.</param>
/// <param name="Body">The exact text.</param>
/// <param name="Order">Its place among all requests, from 0.</param>
public sealed record ReceivedWebhook(string Path, IReadOnlyDictionary<string, string> Headers, string Body, int Order)
{
    public string EventId => Headers["x-sockudo-event-id"];

    public int Attempt => int.Parse(Headers["x-sockudo-attempt"], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The events of the body.</summary>
    public IReadOnlyList<JsonObject> Events => [.. JsonNode.Parse(Body)!["events"]!.AsArray().Select(item => item!.AsObject())];

    /// <summary>Whether the signature is that of an app.</summary>
    public bool IsSignedBy(TestApp app) =>
        Headers["x-pusher-key"] == app.Key
        && Headers["x-pusher-signature"] == Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(app.Secret), Encoding.UTF8.GetBytes(Body)));

    public override string ToString() => $"#{Order} {Path} attempt {Headers.GetValueOrDefault("x-sockudo-attempt")}: {Body}";
}

/// <summary>A real receiver of webhooks: Kestrel on a loopback port. What it answers is the test's to say. Thread-safe.</summary>
public sealed class WebhookReceiver : IAsyncDisposable
{
    private static readonly string[] BriefKeys = ["name", "channel", "event", "user_id"];

    private readonly EventLog<ReceivedWebhook> _requests = new("the receiver of webhooks");
    private readonly WebApplication _application;
    private int _count;
    private int _underWay;
    private int _mostUnderWay;

    private WebhookReceiver(int port)
    {
        Port = port;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        _application = builder.Build();
        _application.Run(ReceiveAsync);
    }

    public int Port { get; }

    /// <summary>Every request, before it was answered.</summary>
    public EventLog<ReceivedWebhook> Requests => _requests;

    /// <summary>Answers a request; null answers 200.</summary>
    public Func<ReceivedWebhook, HttpContext, Task>? Answer { get; set; }

    /// <summary>The most requests that were under way at once.</summary>
    public int MostUnderWay => _mostUnderWay;

    /// <summary>The events of every request that was answered with 200, in order, each as often as it came.</summary>
    public EventLog<(ReceivedWebhook Request, JsonObject Event)> Accepted { get; } = new("the accepted webhooks");

    public static async Task<WebhookReceiver> StartAsync(int? port = null)
    {
        var receiver = new WebhookReceiver(port ?? FreePorts.Next());
        await receiver._application.StartAsync();
        return receiver;
    }

    /// <summary>The URL of an endpoint.</summary>
    public string Url(string path = "/hook") => $"http://127.0.0.1:{Port}{path}";

    /// <summary>Answers every request with a status.</summary>
    public void AnswerWith(int status) => Answer = (_, context) =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    /// <summary>The events accepted so far on one endpoint, in short and each as often as it came.</summary>
    public IReadOnlyList<string> AcceptedBriefs(string path = "/hook") =>
        [.. Accepted.All.Where(item => item.Request.Path == path).Select(item => Brief(item.Event))];

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }

    /// <summary>An event in short: <c>channel_occupied orders-1</c>, <c>member_added presence-room ada</c>.</summary>
    public static string Brief(JsonObject item) =>
        string.Join(' ', BriefKeys.Select(key => item[key]?.GetValue<string>()).Where(text => text is not null));

    private async Task ReceiveAsync(HttpContext context)
    {
        InterlockedMax(Interlocked.Increment(ref _underWay));
        try
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var body = await reader.ReadToEndAsync();
            var received = new ReceivedWebhook(
                context.Request.Path, context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()),
                body, Interlocked.Increment(ref _count) - 1);
            _requests.Add(received);
            if (Answer is { } answer) await answer(received, context);
            if (context.Response.StatusCode != 200) return;
            foreach (var item in received.Events) Accepted.Add((received, item));
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private void InterlockedMax(int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref _mostUnderWay)) && Interlocked.CompareExchange(ref _mostUnderWay, value, seen) != seen)
        {
        }
    }
}
