using System.Globalization;

namespace Sockudo.Server.Http;

/// <summary>
/// Reads memory where the kernel says it: the limit of the control group (version 2, then 1) when it is below the machine's memory,
/// else <c>/proc/meminfo</c>, else what the garbage collector knows. Cache the kernel would give back is not counted as used. Thread-safe.
/// </summary>
/// <param name="root">Where <c>proc</c> and <c>sys</c> are; "/" but in tests.</param>
internal sealed class SystemMemory(string root = "/") : IMemoryGauge
{
    public MemoryUsage Read()
    {
        var machine = OfMachine();
        var group = OfGroup("sys/fs/cgroup", "0::", "memory.max", "memory.current", "inactive_file")
            ?? OfGroup("sys/fs/cgroup/memory", ":memory:", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file");
        return group is { } limited && (machine.Total == 0 || limited.Total < machine.Total) ? limited : machine;
    }

    private MemoryUsage OfMachine()
    {
        var total = Field("proc/meminfo", "MemTotal:") * 1024;
        var available = Field("proc/meminfo", "MemAvailable:") * 1024;
        if (total is not { } all || available is not { } free)
        {
            var info = GC.GetGCMemoryInfo();
            return new MemoryUsage(info.MemoryLoadBytes, info.TotalAvailableMemoryBytes);
        }

        return new MemoryUsage(all - free, all);
    }

    private MemoryUsage? OfGroup(string hierarchy, string marker, string limitFile, string usageFile, string reclaimable)
    {
        // In a container the own group is usually the hierarchy's root; of a service it is below.
        foreach (var group in new[] { GroupPath(marker), "" })
        {
            var directory = Path.Join(hierarchy, group);
            if (Number(Path.Join(directory, limitFile)) is not { } limit || Number(Path.Join(directory, usageFile)) is not { } used) continue;
            return new MemoryUsage(Math.Max(0, used - (Field(Path.Join(directory, "memory.stat"), reclaimable) ?? 0)), limit);
        }

        return null;
    }

    private string GroupPath(string marker)
    {
        foreach (var line in Lines("proc/self/cgroup"))
        {
            var at = line.IndexOf(marker, StringComparison.Ordinal);
            if (at >= 0) return line[(at + marker.Length)..].TrimStart('/');
        }

        return "";
    }

    private long? Number(string file) =>
        Lines(file) is [var line, ..] && long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private long? Field(string file, string name)
    {
        foreach (var line in Lines(file))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 2 && words[0] == name && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        }

        return null;
    }

    private string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(Path.Join(root, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
