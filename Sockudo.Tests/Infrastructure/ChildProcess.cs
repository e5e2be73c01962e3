using System.Collections.Concurrent;
using System.Diagnostics;

namespace Sockudo.Tests.Infrastructure;

/// <summary>A process with captured output that never outlives its test. Thread-safe.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    // Enough to see what led to a failure; a server that floods its log must not take the test's memory.
    private const int KeptLines = 2000;

    // What a child may inherit: anything else (PORT, REDIS_URL, ASPNETCORE_URLS ...) would change what is tested.
    private static readonly string[] Inherited =
        ["PATH", "HOME", "TMPDIR", "LANG", "USER", "DOTNET_ROOT", "DOTNET_HOST_PATH", "NUGET_PACKAGES", "SOCKUDO_CHROMIUM"];

    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Process _process;
    private readonly Action<string>? _onLine;

    private ChildProcess(Process process, Action<string>? onLine)
    {
        _process = process;
        _onLine = onLine;
        Exited = ObserveExitAsync();
    }

    public int Id => _process.Id;

    /// <summary>Completes with the exit code when the process has ended and its output was read.</summary>
    public Task<int> Exited { get; }

    /// <summary>The last lines of stdout and stderr, in the order they came.</summary>
    public IReadOnlyCollection<string> Output => _lines;

    public string OutputText => string.Join('\n', _lines);

    /// <summary>Bytes written here reach the process's stdin.</summary>
    public StreamWriter Input => _process.StandardInput;

    /// <param name="onLine">Gets each line of stdout; when null they are kept in <see cref="Output"/> beside stderr's.</param>
    public static ChildProcess Start(
        string program,
        IEnumerable<string> arguments,
        string workingDirectory,
        IReadOnlyDictionary<string, string>? environment = null,
        Action<string>? onLine = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var name in Inherited)
            if (Environment.GetEnvironmentVariable(name) is { } value)
                start.Environment[name] = value;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;

        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        return new ChildProcess(process, onLine);
    }

    /// <summary>Sends a POSIX signal (<see cref="ProcessSignal"/>).</summary>
    public void Signal(int signal)
    {
        if (!Exited.IsCompleted)
            ProcessSignal.Send(_process.Id, signal);
    }

    /// <summary>SIGTERM, then SIGKILL when it has not ended by <paramref name="limit"/>.</summary>
    public async Task StopAsync(TimeSpan? limit = null)
    {
        Signal(ProcessSignal.Terminate);
        try
        {
            await Exited.WithinAsync("the end of the process", limit);
        }
        catch (TimeoutException)
        {
            Keep("[killed: it ignored SIGTERM]");
            _process.Kill(entireProcessTree: true);
            await Exited.WithinAsync("the end of the killed process");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!Exited.IsCompleted)
        {
            _process.Kill(entireProcessTree: true);
            await Exited.WithinAsync("the end of the killed process");
        }

        _process.Dispose();
    }

    private async Task<int> ObserveExitAsync()
    {
        await Task.WhenAll(ReadAsync(_process.StandardOutput, _onLine ?? Keep), ReadAsync(_process.StandardError, Keep));
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    private static async Task ReadAsync(StreamReader reader, Action<string> take)
    {
        while (await reader.ReadLineAsync() is { } line)
            take(line);
    }

    private void Keep(string line)
    {
        _lines.Enqueue(line);
        while (_lines.Count > KeptLines)
            _lines.TryDequeue(out _);
    }
}
