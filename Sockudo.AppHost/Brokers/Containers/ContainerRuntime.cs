using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace Sockudo.AppHost.Brokers.Containers;

/// <summary>Docker or Podman of this machine.</summary>
internal static class ContainerRuntime
{
    /// <summary>How long a runtime may take to answer.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);

    /// <summary>Whether the runtime that Aspire would use answers: a client alone, without its daemon, does not count.</summary>
    public static bool Answers(IConfiguration configuration)
    {
        string[] runtimes = (configuration["ASPIRE_CONTAINER_RUNTIME"] ?? configuration["DOTNET_ASPIRE_CONTAINER_RUNTIME"]) is { Length: > 0 } chosen
            ? [chosen]
            : ["docker", "podman"];
        using var deadline = new CancellationTokenSource(Deadline);
        return Task.WhenAll(runtimes.Select(runtime => AnswersAsync(runtime, deadline.Token))).GetAwaiter().GetResult().Any(static answers => answers);
    }

    private static async Task<bool> AnswersAsync(string runtime, CancellationToken deadline)
    {
        var start = new ProcessStartInfo(runtime, ["ps", "--quiet", "--last", "1"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start);
            if (process is null) return false;
            try
            {
                await process.WaitForExitAsync(deadline).ConfigureAwait(false);
                return process.ExitCode == 0;
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return false;
            }
        }
        catch (Win32Exception)
        {
            // It is not installed.
            return false;
        }
    }
}
