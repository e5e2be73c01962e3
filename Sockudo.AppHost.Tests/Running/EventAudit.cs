using System.Globalization;
using System.Net;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.AppHost.Tests.Running;

/// <summary>Numbered events, one after another, published to one replica; clients that must see each of them once and in order.</summary>
internal sealed class EventAudit : IAsyncDisposable
{
    private const string Channel = "audit";
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    private readonly PusherConnection[] _clients;
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task<int> _publishing;

    private EventAudit(Uri publisher, PusherConnection[] clients)
    {
        _clients = clients;
        _http = new HttpClient { BaseAddress = publisher };
        _publishing = PublishAsync();
    }

    /// <summary>Connects the clients and begins to publish.</summary>
    public static async Task<EventAudit> StartAsync(Uri publisher, IReadOnlyList<Uri> receivers)
    {
        var clients = await Task.WhenAll(receivers.Select(static receiver => PusherConnection.EstablishAsync(receiver, RunningApplication.App)));
        foreach (var client in clients) await client.SubscribeAsync(Channel);
        return new EventAudit(publisher, clients);
    }

    /// <summary>Ends publishing and checks that each client got every event once, in order.</summary>
    /// <returns>What was seen, for the test's output.</returns>
    public async Task<string> EndAsync()
    {
        await _ending.CancelAsync();
        var sent = await _publishing;
        var expected = Enumerable.Range(1, sent).Select(static number => number.ToString(CultureInfo.InvariantCulture)).ToList();
        foreach (var client in _clients)
        {
            await client.WaitForAsync(one => one.Channel == Channel && one.Name == "number" && one.DataString == expected[^1], "the last event", Deadline.ProcessStart);
            Assert.Equal(expected, client.Received.Where(static one => one.Name == "number").Select(static one => one.DataString));
        }

        return string.Create(CultureInfo.InvariantCulture, $"got {sent} events each, 0 lost, 0 doubled, in order ({_clients.Length} clients)");
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _publishing.ContinueWith(static _ => { }, TaskScheduler.Default);
        foreach (var client in _clients) await client.DisposeAsync();
        _http.Dispose();
        _ending.Dispose();
    }

    private async Task<int> PublishAsync()
    {
        var api = new PusherHttp(_http, RunningApplication.App);
        using var pace = new PeriodicTimer(Pace);
        for (var number = 1; ; number++)
        {
            var answer = await api.PublishAsync(Channel, "number", number.ToString(CultureInfo.InvariantCulture));
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            try
            {
                await pace.WaitForNextTickAsync(_ending.Token);
            }
            catch (OperationCanceledException)
            {
                return number;
            }
        }
    }
}
