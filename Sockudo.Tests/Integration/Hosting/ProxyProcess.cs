using System.Text.RegularExpressions;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Integration.Hosting;

/// <summary>A reverse proxy of the system's packages as a child process, with a configuration file in a folder of its own.</summary>
internal sealed partial class ProxyProcess : IAsyncDisposable
{
    // Where a user who is not root does not look.
    private static readonly string[] Directories = ["/usr/sbin", "/usr/bin", "/usr/local/sbin"];

    private readonly DirectoryInfo _folder;
    private readonly ChildProcess _process;

    private ProxyProcess(DirectoryInfo folder, ChildProcess process, int port)
    {
        _folder = folder;
        _process = process;
        Uri = new Uri($"http://127.0.0.1:{port}/");
    }

    /// <summary>Where it listens.</summary>
    public Uri Uri { get; }

    /// <summary>nginx with what stands inside of its <c>http</c> block, listening on <paramref name="port"/>.</summary>
    public static Task<ProxyProcess> NginxAsync(string http, int port) => StartAsync(
        "nginx",
        folder => $$"""
            daemon off;
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            pid {{folder}}/nginx.pid;
            error_log stderr warn;
            events { worker_connections 512; }
            http {
              access_log off;
              client_body_temp_path {{folder}}/body; proxy_temp_path {{folder}}/proxy; fastcgi_temp_path {{folder}}/fastcgi;
              uwsgi_temp_path {{folder}}/uwsgi; scgi_temp_path {{folder}}/scgi;
            {{http}}
            }
            """,
        file => ["-c", file, "-p", Path.GetDirectoryName(file)!],
        port);

    /// <summary>HAProxy with a whole configuration, listening on <paramref name="port"/>.</summary>
    public static Task<ProxyProcess> HAProxyAsync(string configuration, int port) =>
        StartAsync("haproxy", _ => configuration + "\n", static file => ["-db", "-f", file], port);

    /// <summary>The text of a fenced block of a document, the one that holds <paramref name="mark"/>.</summary>
    public static string BlockOf(string document, string mark)
    {
        var text = File.ReadAllText(Path.Combine(RepositoryLayout.Root, document));
        return Fence().Matches(text).Select(static match => match.Groups[1].Value).Single(block => block.Contains(mark, StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync();
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static async Task<ProxyProcess> StartAsync(string program, Func<string, string> configuration, Func<string, string[]> arguments, int port)
    {
        var folder = Directory.CreateTempSubdirectory("sockudo-proxy-");
        var file = Path.Combine(folder.FullName, $"{program}.conf");
        await File.WriteAllTextAsync(file, configuration(folder.FullName));
        var path = Directories.Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists) ?? program;
        var process = ChildProcess.Start(path, arguments(file), folder.FullName);
        var proxy = new ProxyProcess(folder, process, port);
        try
        {
            await Eventually.TrueAsync(proxy.ListensAsync, $"{program}'s listener", Deadline.ProcessStart, () => process.OutputText);
            return proxy;
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
    }

    private async Task<bool> ListensAsync()
    {
        if (_process.Exited.IsCompleted) throw new InvalidOperationException($"The proxy ended:\n{_process.OutputText}");
        try
        {
            await using var socket = await RawWebSocket.ConnectTcpAsync(Uri);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    [GeneratedRegex("^```[a-z]*\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
