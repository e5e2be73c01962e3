using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Sockudo.Tests.Cluster.Brokers;

/// <summary>A broker as a child process, with its folder and its log. Started, killed, frozen and started again with the same arguments.</summary>
internal sealed class BrokerProcess(string program, Func<BrokerProcess, IEnumerable<string>> arguments, string readyLine) : IAsyncDisposable
{
    private const int SigStop = 19;
    private const int SigCont = 18;
    private const int LongestLog = 4_000;

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly List<string> _log = [];
    private readonly List<(string Text, int Count, TaskCompletionSource Seen)> _awaited = [];
    private Process? _process;
    private bool _frozen;

    /// <summary>Its own folder, gone with it.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("sockudo-broker-").FullName;

    public bool IsRunning => _process is { HasExited: false };

    public string Log
    {
        get
        {
            lock (_gate)
            {
                return string.Join('\n', _log);
            }
        }
    }

    /// <summary>Starts it and waits for the line that says it is ready.</summary>
    public async Task StartAsync()
    {
        var ready = SeenAgainAsync(readyLine);
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        foreach (var argument in arguments(this))
        {
            start.ArgumentList.Add(argument);
        }

        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process;
        _frozen = false;
        var ended = process.WaitForExitAsync();
        await Task.WhenAny(ready, ended).WaitAsync(StartDeadline);
        if (!ready.IsCompleted)
        {
            throw new InvalidOperationException($"{program} ended at once:\n{Log}");
        }
    }

    /// <summary>Ends it as a crash does.</summary>
    public async Task KillAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    /// <summary>Stops it from running, in all its threads when this returns; its sockets stay open.</summary>
    public void Freeze()
    {
        Signal(SigStop);
        _frozen = true;
        if (!SpinWait.SpinUntil(HasStopped, StartDeadline))
        {
            throw new TimeoutException($"{program} does not stop.");
        }
    }

    /// <summary>Lets it run again.</summary>
    public void Thaw()
    {
        if (_frozen)
        {
            Signal(SigCont);
            _frozen = false;
        }
    }

    /// <summary>Completes when a line with this text has been logged so many times in all.</summary>
    public Task SeenAsync(string text, int count)
    {
        lock (_gate)
        {
            if (_log.Count(line => line.Contains(text, StringComparison.Ordinal)) >= count)
            {
                return Task.CompletedTask;
            }

            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((text, count, seen));
            return seen.Task.WaitAsync(StartDeadline);
        }
    }

    /// <summary>Completes when a line with this text is logged from now on.</summary>
    public Task SeenAgainAsync(string text)
    {
        lock (_gate)
        {
            return SeenAsync(text, 1 + _log.Count(line => line.Contains(text, StringComparison.Ordinal)));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    // "123 (name) T …"; the name may hold blanks.
    private bool HasStopped() => Directory.EnumerateDirectories($"/proc/{_process!.Id}/task")
        .All(static task => File.ReadAllText(Path.Combine(task, "stat")) is var stat && stat[stat.LastIndexOf(')') + 2] == 'T');

    private void Signal(int signal)
    {
        if (_process is not { HasExited: false } process || Kill(process.Id, signal) != 0)
        {
            throw new InvalidOperationException($"{program} is not running.");
        }
    }

    private void Append(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            if (_log.Count < LongestLog)
            {
                _log.Add(line);
            }

            for (var i = _awaited.Count - 1; i >= 0; i--)
            {
                var (text, count, seen) = _awaited[i];
                if (_log.Count(known => known.Contains(text, StringComparison.Ordinal)) >= count)
                {
                    _awaited.RemoveAt(i);
                    seen.TrySetResult();
                }
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int pid, int signal);
}
