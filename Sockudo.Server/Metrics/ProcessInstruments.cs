using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.IO.Enumeration;

namespace Sockudo.Server.Metrics;

/// <summary>
/// The process_* metrics every Prometheus client library has, with the same names and meaning: on Linux read from /proc, elsewhere
/// what the runtime can say. An instrument that has no value on a platform is not made there.
/// </summary>
/// <remarks>https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics</remarks>
internal static class ProcessInstruments
{
    private const string OpenFilesPrefix = "Max open files";

    /// <summary>Adds the instruments ("process.…") to a meter.</summary>
    public static void AddTo(Meter meter)
    {
        meter.CreateObservableGauge("process.start_time_seconds", StartedAt, "s", "Start time of the process since the unix epoch in seconds.");
        meter.CreateObservableCounter("process.cpu_seconds_total", CpuSeconds, "s", "Total user and system CPU time spent in seconds.");
        meter.CreateObservableGauge("process.resident_memory_bytes", ResidentBytes, "By", "Resident memory size in bytes.");
        meter.CreateObservableGauge("process.virtual_memory_bytes", VirtualBytes, "By", "Virtual memory size in bytes.");
        if (OperatingSystem.IsLinux())
        {
            meter.CreateObservableGauge("process.open_fds", OpenDescriptors, "{descriptor}", "Number of open file descriptors.");
            meter.CreateObservableGauge("process.max_fds", MaxDescriptors, "{descriptor}", "Maximum number of open file descriptors.");
        }
        else if (OperatingSystem.IsWindows())
        {
            meter.CreateObservableGauge("process.open_fds", Handles, "{descriptor}", "Number of open handles.");
        }
    }

    private static double StartedAt()
    {
        using var process = Process.GetCurrentProcess();
        return (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
    }

    private static double CpuSeconds()
    {
        if (OperatingSystem.IsWindows() || OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
        {
            return Environment.CpuUsage.TotalTime.TotalSeconds;
        }

        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }

    private static long ResidentBytes() => OperatingSystem.IsLinux() ? Pages(1) * Environment.SystemPageSize : Environment.WorkingSet;

    private static long VirtualBytes()
    {
        if (OperatingSystem.IsLinux())
        {
            return Pages(0) * Environment.SystemPageSize;
        }

        using var process = Process.GetCurrentProcess();
        return process.VirtualMemorySize64;
    }

    private static long Pages(int field) =>
        long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[field], NumberStyles.None, CultureInfo.InvariantCulture);

    private static long OpenDescriptors()
    {
        // Entries are counted and not named: a server with 10,000 sockets would make as many strings at each scrape.
        long count = 0;
        foreach (var one in new FileSystemEnumerable<int>("/proc/self/fd", static (ref FileSystemEntry _) => 1))
        {
            count += one;
        }

        // The directory itself is open while it is read.
        return count - 1;
    }

    private static double MaxDescriptors()
    {
        foreach (var line in File.ReadLines("/proc/self/limits"))
        {
            if (line.StartsWith(OpenFilesPrefix, StringComparison.Ordinal))
            {
                var soft = line[OpenFilesPrefix.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
                return soft == "unlimited" ? double.PositiveInfinity : double.Parse(soft, NumberStyles.None, CultureInfo.InvariantCulture);
            }
        }

        return double.NaN;
    }

    private static long Handles()
    {
        using var process = Process.GetCurrentProcess();
        return process.HandleCount;
    }
}
