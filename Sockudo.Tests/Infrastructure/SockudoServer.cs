using System.Net;

namespace Sockudo.Tests.Infrastructure;

/// <summary>The built server as a child process on free loopback ports.</summary>
public sealed class SockudoServer : IAsyncDisposable
{
    private const int StartAttempts = 3;

    private readonly ChildProcess _process;
    private readonly DirectoryInfo _folder;
    private readonly Uri _readyUri;

    private SockudoServer(ChildProcess process, DirectoryInfo folder, int port, int metricsPort, bool isAskedByMetrics)
    {
        _process = process;
        _folder = folder;
        Port = port;
        HttpUri = new Uri($"http://127.0.0.1:{port}/");
        WsUri = new Uri($"ws://127.0.0.1:{port}/");
        MetricsUri = new Uri($"http://127.0.0.1:{metricsPort}/metrics");
        _readyUri = new Uri(isAskedByMetrics ? MetricsUri : HttpUri, "/ready");
        Http = new HttpClient { BaseAddress = HttpUri, Timeout = Deadline.Default };
    }

    public int Port { get; }

    public Uri HttpUri { get; }

    public Uri WsUri { get; }

    public Uri MetricsUri { get; }

    /// <summary>Keep-alive client of this server; closed with it.</summary>
    public HttpClient Http { get; }

    public int ProcessId => _process.Id;

    /// <summary>Completes with the exit code.</summary>
    public Task<int> Exited => _process.Exited;

    /// <summary>What the server has logged.</summary>
    public string Log => _process.OutputText;

    /// <summary>Starts a server and waits until <c>GET /ready</c> answers 200.</summary>
    /// <exception cref="InvalidOperationException">It ended instead; the message holds its output.</exception>
    public static async Task<SockudoServer> StartAsync(ServerSetup? setup = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            var server = Launch(setup ?? new ServerSetup());
            try
            {
                await server.WaitUntilReadyAsync();
                return server;
            }
            catch
            {
                var portTaken = server.Exited.IsCompleted && server.Log.Contains("address already in use", StringComparison.OrdinalIgnoreCase);
                await server.DisposeAsync();
                if (!portTaken || attempt == StartAttempts)
                    throw;
            }
        }
    }

    /// <summary>Starts a server without waiting: for tests of what happens before it is ready, or instead of it.</summary>
    public static SockudoServer Launch(ServerSetup setup)
    {
        if (!File.Exists(RepositoryLayout.ServerAssembly))
            throw new InvalidOperationException($"{RepositoryLayout.ServerAssembly} is not built.");

        var (port, metricsPort) = (setup.Port ?? FreePorts.Next(), FreePorts.Next());
        // A folder of its own: the server reads config/config.json of its working directory.
        var folder = Directory.CreateTempSubdirectory("sockudo-test-");
        var configuration = Path.Combine(folder.FullName, "sockudo.json");
        File.WriteAllText(configuration, setup.ToJson(port, metricsPort));

        var environment = new Dictionary<string, string>(setup.Environment)
        {
            ["ASPNETCORE_ENVIRONMENT"] = setup.HostEnvironment,
            ["DOTNET_ENVIRONMENT"] = setup.HostEnvironment,
            ["DOTNET_NOLOGO"] = "1",
        };
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string[] command = [dotnet, RepositoryLayout.ServerAssembly, "--config", configuration];
        if (setup.DescriptorLimit is { } limit) command = ["/bin/sh", "-c", $"ulimit -n {limit} && exec \"$0\" \"$@\"", .. command];
        var process = ChildProcess.Start(command[0], command[1..], folder.FullName, environment);
        return new SockudoServer(process, folder, port, metricsPort, setup.IsAskedByMetrics);
    }

    /// <summary>Opens a socket of <paramref name="app"/> and waits for <c>pusher:connection_established</c>.</summary>
    public Task<PusherConnection> ConnectAsync(TestApp app) => PusherConnection.EstablishAsync(HttpUri, app);

    /// <summary>Opens a socket without waiting for any event: for connects that are refused.</summary>
    public Task<PusherConnection> OpenAsync(TestApp app, string? query = null, IReadOnlyDictionary<string, string>? headers = null) =>
        PusherConnection.OpenAsync(HttpUri, app, query, headers);

    /// <summary>The signed HTTP API of <paramref name="app"/>.</summary>
    public PusherHttp Api(TestApp app) => new(Http, app);

    /// <summary>Asks <c>GET /ready</c> until it answers 200 or the process ends.</summary>
    public Task WaitUntilReadyAsync() =>
        Eventually.TrueAsync(IsReadyAsync, "the server's /ready", Deadline.ProcessStart, () => $"Its output:\n{Log}");

    /// <summary>SIGTERM; completes when the process has ended.</summary>
    public Task StopAsync() => _process.StopAsync(Deadline.ProcessStart);

    /// <summary>Sends a POSIX signal (<see cref="ProcessSignal"/>).</summary>
    public void Signal(int signal) => _process.Signal(signal);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _process.StopAsync();
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task<bool> IsReadyAsync()
    {
        if (Exited.IsCompleted)
            throw new InvalidOperationException($"The server ended with exit code {await Exited} before it was ready. Its output:\n{Log}");
        try
        {
            using var answer = await Http.GetAsync(_readyUri);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
