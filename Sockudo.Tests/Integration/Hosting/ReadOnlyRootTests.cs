using System.Globalization;
using System.Net;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Hosting;

/// <summary>The server as the image runs it, as far as that can be had without a container: no root, no capability, nothing writable.</summary>
public sealed class ReadOnlyRootTests(ITestOutputHelper output)
{
    // The image's $APP_UID.
    private const int Uid = 1654;

    private const string Script =
        """
        set -eu
        mount --make-rprivate /
        for point in $(cut -d ' ' -f 2 /proc/mounts | sort -r); do
          case $point in /proc*|/sys*|/dev*) ;; *) mount -o remount,ro,bind "$point" 2> /dev/null || true ;; esac
        done
        if touch /tmp/written 2> /dev/null; then echo "/tmp can be written"; exit 2; fi
        exec setpriv --reuid=1654 --regid=1654 --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all "$@"
        """;

    [Fact]
    public async Task It_starts_answers_its_health_check_and_stops_as_another_user_on_a_read_only_root()
    {
        Assert.SkipUnless(await CanUnshareAsync(), "needs root and the right to make a mount namespace (unshare -m), as in CI; a container runtime may forbid it");
        var port = FreePorts.Next().ToString(CultureInfo.InvariantCulture);
        var environment = new Dictionary<string, string>
        {
            ["DOTNET_EnableDiagnostics"] = "0",
            ["HOME"] = "/nonexistent",
            ["HOST"] = "127.0.0.1",
            ["PORT"] = port,
            ["METRICS_HOST"] = "127.0.0.1",
            ["METRICS_PORT"] = FreePorts.Next().ToString(CultureInfo.InvariantCulture),
            ["SOCKUDO_DEFAULT_APP_ID"] = "shop",
            ["SOCKUDO_DEFAULT_APP_KEY"] = "shop-key",
            ["SOCKUDO_DEFAULT_APP_SECRET"] = "shop-secret",
        };
        string[] server = [Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : "dotnet", RepositoryLayout.ServerAssembly];
        await using var process = ChildProcess.Start("unshare", ["-m", "bash", "-c", Script, "bash", .. server], "/", environment);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = Deadline.Default };
        await Eventually.TrueAsync(
            async () =>
            {
                if (process.Exited.IsCompleted) throw new InvalidOperationException(process.OutputText);
                try
                {
                    using var answer = await http.GetAsync(new Uri("ready", UriKind.Relative));
                    return answer.StatusCode == HttpStatusCode.OK;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            "the server is ready", Deadline.ProcessStart, () => process.OutputText);
        output.WriteLine(process.OutputText);

        Assert.Equal(Uid, UidOf(process.Id));
        Assert.Equal(0, await HealthCheckAsync());
        process.Signal(ProcessSignal.Terminate);
        Assert.Equal(0, await process.Exited.WithinAsync("the server's end", Deadline.ProcessStart));
        Assert.Equal(1, await HealthCheckAsync());

        async Task<int> HealthCheckAsync()
        {
            await using var check = ChildProcess.Start(server[0], [server[1], "healthcheck"], "/", environment);
            return await check.Exited.WithinAsync("the health check", Deadline.ProcessStart);
        }
    }

    private static int UidOf(int process) => int.Parse(
        File.ReadLines($"/proc/{process}/status").First(static line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1], CultureInfo.InvariantCulture);

    private static async Task<bool> CanUnshareAsync()
    {
        if (Environment.UserName != "root") return false;
        await using var probe = ChildProcess.Start("unshare", ["-m", "bash", "-c", "mount --make-rprivate / && mount -o remount,ro,bind /tmp 2>/dev/null; mount -o remount,ro,bind / && command -v setpriv"], "/");
        return await probe.Exited.WithinAsync("the probe", Deadline.ProcessStart) == 0;
    }
}
