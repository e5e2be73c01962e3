using System.Globalization;

namespace Sockudo.Tests.Cluster.Brokers;

/// <summary>
/// Whose connection it is that came to a proxy. Brokers that name their own addresses name one for all nodes, so the nodes share the
/// proxies; Linux' <c>/proc</c> says which process a connection belongs to.
/// </summary>
internal static class ProcessSockets
{
    // .NET reaches an IPv4 address from a socket of both families too: it is in either list.
    private static readonly string[] Lists = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>The local ports of a process's TCP connections.</summary>
    public static HashSet<int> LocalPorts(int processId)
    {
        var own = new HashSet<string>();
        foreach (var descriptor in Directory.EnumerateFileSystemEntries($"/proc/{processId}/fd"))
        {
            if (new FileInfo(descriptor).LinkTarget is { } target && target.StartsWith("socket:[", StringComparison.Ordinal))
            {
                own.Add(target[8..^1]);
            }
        }

        return
        [
            .. from list in Lists
               where File.Exists(list)
               from line in File.ReadLines(list).Skip(1)
               let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
               where own.Contains(fields[9])
               select int.Parse(fields[1].AsSpan(fields[1].LastIndexOf(':') + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        ];
    }
}
