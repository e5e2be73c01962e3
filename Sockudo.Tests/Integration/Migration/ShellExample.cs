using System.Globalization;
using System.Net;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Integration.Migration;

/// <summary>
/// A command of the documentation, run by a shell as it stands there: <c>Sockudo.Server</c> is the built server. Every run has its own
/// folder and free ports.
/// </summary>
internal sealed class ShellExample : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly DirectoryInfo _folder;

    private ShellExample(ChildProcess process, DirectoryInfo folder, int port)
    {
        (_process, _folder, Port) = (process, folder, port);
        Http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")), Timeout = Deadline.Default };
    }

    public int Port { get; }

    public HttpClient Http { get; }

    public string Output => _process.OutputText;

    /// <summary>The first <c>sh</c> block of a page below a heading.</summary>
    public static string Of(string page, string heading)
    {
        var text = File.ReadAllText(Path.Combine(RepositoryLayout.Root, "docs", page));
        var from = text.IndexOf("```sh\n", text.IndexOf(heading, StringComparison.Ordinal), StringComparison.Ordinal) + "```sh\n".Length;
        return text[from..text.IndexOf("```", from, StringComparison.Ordinal)];
    }

    /// <summary>Starts a command.</summary>
    /// <param name="command">The shell's text; <c>{port}</c> is a free port.</param>
    /// <param name="environment">What the migrating system has in its environment.</param>
    /// <param name="files">Files of the working directory.</param>
    public static ShellExample Start(
        string command, IReadOnlyDictionary<string, string>? environment = null, params (string Name, string Text)[] files)
    {
        var folder = Directory.CreateTempSubdirectory("sockudo-example-");
        var port = FreePorts.Next();
        var shim = Path.Combine(folder.FullName, "Sockudo.Server");
        File.WriteAllText(shim, $"#!/bin/sh\nexec dotnet {RepositoryLayout.ServerAssembly} \"$@\"\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(shim, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        foreach (var (name, text) in files) File.WriteAllText(Path.Combine(folder.FullName, name), text);
        var variables = new Dictionary<string, string>(environment ?? new Dictionary<string, string>())
        {
            ["PATH"] = $"{folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}",
            ["HOST"] = "127.0.0.1",
            ["METRICS_HOST"] = "127.0.0.1",
            ["METRICS_PORT"] = FreePorts.Next().ToString(CultureInfo.InvariantCulture),
        };
        variables.TryAdd("PORT", port.ToString(CultureInfo.InvariantCulture));
        // Without a line feed at its end bash becomes its last command, which then gets the signals.
        var script = command.Trim().Replace("{port}", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return new ShellExample(ChildProcess.Start("bash", ["-euc", script], folder.FullName, variables), folder, port);
    }

    /// <summary>Waits until the server takes clients.</summary>
    public Task ReadyAsync() => Eventually.TrueAsync(IsReadyAsync, "the example's /ready", Deadline.ProcessStart, () => Output);

    /// <summary>Waits for the end of a command that ends.</summary>
    public Task<int> ExitAsync() => _process.Exited.WithinAsync("the example's end", Deadline.ProcessStart);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _process.StopAsync();
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task<bool> IsReadyAsync()
    {
        if (_process.Exited.IsCompleted) throw new InvalidOperationException($"The example ended with {await _process.Exited}:\n{Output}");
        try
        {
            using var answer = await Http.GetAsync(new Uri("ready", UriKind.Relative));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
