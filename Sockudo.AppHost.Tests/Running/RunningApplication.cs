using System.Collections.Concurrent;
using System.Globalization;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Sockudo.Tests.Cluster.Telemetry;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.AppHost.Tests.Running;

/// <summary>The AppHost, started for real: DCP runs the broker's processes and three replicas behind one port. Its telemetry goes to the tests.</summary>
internal sealed class RunningApplication : IAsyncDisposable
{
    private readonly DistributedApplication _application;
    private readonly ConcurrentDictionary<string, (string Name, CustomResourceSnapshot Snapshot)> _resources = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _watching;

    private RunningApplication(DistributedApplication application, OtlpReceiver telemetry)
    {
        _application = application;
        Telemetry = telemetry;
        _watching = WatchAsync();
    }

    /// <summary>The app whose credentials the AppHost was given as parameters.</summary>
    public static TestApp App { get; } = new("aspire");

    /// <summary>What the replicas export.</summary>
    public OtlpReceiver Telemetry { get; }

    /// <summary>The one public address of all replicas.</summary>
    public Uri PublicUri => _application.GetEndpoint("sockudo", "http");

    /// <summary>The server's processes, by their names.</summary>
    public IReadOnlyList<Replica> Replicas =>
        [.. IdsOf("sockudo").Select(id => Replica.Of(id, _resources[id].Snapshot))];

    /// <summary>Starts it and waits until every resource is healthy.</summary>
    public static async Task<RunningApplication> StartAsync(string adapter, params string[] more)
    {
        var telemetry = await OtlpReceiver.StartAsync();
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Sockudo_AppHost>(
            [
                $"--Sockudo:Adapter={adapter}", "--Sockudo:Brokers=process",
                $"--Parameters:app-id={App.Id}", $"--Parameters:app-key={App.Key}", $"--Parameters:app-secret={App.Secret}", .. more,
            ]);
        // In place of the dashboard, which takes telemetry by gRPC as the launch profile says.
        builder.Configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = null;
        builder.Configuration["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] = telemetry.Url;
        builder.Services.AddLogging(static logging => logging.SetMinimumLevel(LogLevel.Warning));
        var running = new RunningApplication(await builder.BuildAsync(), telemetry);
        try
        {
            await running._application.StartAsync().WithinAsync("the start of the application", Deadline.ProcessStart * 2);
            await running.ReadyAsync();
            return running;
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Waits until every replica runs, is green on the dashboard and is ready by its own word: a process that was just started keeps the health of
    /// its predecessor until it is asked for the first time.
    /// </summary>
    public async Task ReadyAsync()
    {
        using var http = new HttpClient { Timeout = Deadline.Default };
        await Eventually.TrueAsync(
            async () => IdsOf("sockudo").Any() && IdsOf("sockudo").All(IsHealthy) && (await Task.WhenAll(Replicas.Select(replica => IsReadyAsync(http, replica)))).All(static ready => ready),
            "the readiness of every replica", Deadline.ProcessStart * 2, Describe);
    }

    /// <summary>Whether a process runs and every check of it passes.</summary>
    public bool IsHealthy(string id) =>
        _resources[id].Snapshot is { State.Text: "Running", HealthStatus: null or HealthStatus.Healthy };

    /// <summary>Runs a command of the dashboard on one process: <c>start</c>, <c>stop</c>, <c>restart</c>.</summary>
    public async Task CommandAsync(string id, string command)
    {
        var result = await _application.ResourceCommands.ExecuteCommandAsync(id, command, TestContext.Current.CancellationToken);
        Assert.True(result.Success, $"{command} of {id}: {result.Message}");
    }

    /// <summary>Waits for the state of a process, as the dashboard shows it.</summary>
    public Task StateAsync(string id, Func<string?, bool> holds, string what) =>
        Eventually.TrueAsync(() => holds(_resources[id].Snapshot.State?.Text), $"{what} of {id}", Deadline.ProcessStart, Describe);

    /// <summary>The process id of a resource that is a process.</summary>
    public int ProcessOf(string id) => int.Parse(
        _resources[id].Snapshot.Properties.Single(static property => property.Name == "executable.pid").Value!.ToString()!, CultureInfo.InvariantCulture);

    /// <summary>Ids of the processes of a resource, in the order of their names.</summary>
    public IEnumerable<string> IdsOf(string resource) =>
        _resources.Where(one => one.Value.Name == resource).Select(static one => one.Key).Order(StringComparer.Ordinal);

    /// <summary>Every resource with its state, for failures.</summary>
    public string Describe() => string.Join('\n', _resources.Select(static one => $"{one.Key}: {one.Value.Snapshot.State?.Text} {one.Value.Snapshot.HealthStatus}"));

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _watching;
        await _application.DisposeAsync();
        await Telemetry.DisposeAsync();
        _ended.Dispose();
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, Replica replica)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(replica.HttpUri, "/ready"), TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task WatchAsync()
    {
        try
        {
            await foreach (var change in _application.ResourceNotifications.WatchAsync(_ended.Token))
            {
                _resources[change.ResourceId] = (change.Resource.Name, change.Snapshot);
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The application is being stopped.
        }
    }
}
