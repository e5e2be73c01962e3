using System.Globalization;

namespace Sockudo.LoadTest.Measuring;

/// <summary>CPU time and resident memory of the servers, from <c>/proc</c>. A process that is gone counts as zero.</summary>
internal sealed class ServerProcesses(IReadOnlyList<int> ids)
{
    private const double TicksPerSecond = 100; // USER_HZ: 100 on every Linux
    private const int UserTime = 11; // fields behind the process's name, counted from 0
    private const int SystemTime = 12;

    /// <summary>User and system time since start. Unit: seconds, in steps of 10 ms.</summary>
    public double CpuSeconds()
    {
        double ticks = 0;
        foreach (var id in ids)
        {
            var stat = Read($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length <= SystemTime) continue;
            ticks += double.Parse(fields[UserTime], CultureInfo.InvariantCulture) + double.Parse(fields[SystemTime], CultureInfo.InvariantCulture);
        }

        return ticks / TicksPerSecond;
    }

    /// <summary>Resident memory. Unit: bytes.</summary>
    public double ResidentBytes()
    {
        double pages = 0;
        foreach (var id in ids)
        {
            var fields = Read($"/proc/{id}/statm").Split(' ');
            if (fields.Length > 1) pages += double.Parse(fields[1], CultureInfo.InvariantCulture);
        }

        return pages * Environment.SystemPageSize;
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
