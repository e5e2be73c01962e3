using System.Runtime.InteropServices;

namespace Sockudo.Tests.Infrastructure;

/// <summary>POSIX signals to a process the tests started.</summary>
internal static class ProcessSignal
{
    internal const int Interrupt = 2;
    internal const int Terminate = 15;
    internal const int Kill = 9;
    internal const int Stop = 19;
    internal const int Continue = 18;

    /// <summary>Sends <paramref name="signal"/>; false when the process is gone.</summary>
    internal static bool Send(int processId, int signal) => Native.Kill(processId, signal) == 0;

    private static class Native
    {
        [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern int Kill(int processId, int signal);
    }
}
