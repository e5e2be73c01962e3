using System.IO.Hashing;
using System.Text;

namespace Sockudo.Server.Queueing;

/// <summary>Spreads names over partitions. The number and the hash are part of what is stored: every node and version must agree.</summary>
internal static class JobPartitions
{
    /// <summary>How many there are: so many requests to one destination can be under way, and so many nodes can share the work.</summary>
    public const int Count = 8;

    /// <summary>The partition of a name (a channel, a user) of an app.</summary>
    public static int Of(string appId, string name) => (int)(Hash(appId, name) % Count);

    /// <summary>A hash of a name (a channel, a user, a URL) of an app.</summary>
    public static ulong Hash(string appId, string name)
    {
        var hash = new XxHash3();
        hash.Append(Encoding.UTF8.GetBytes(appId));
        hash.Append([0]);
        hash.Append(Encoding.UTF8.GetBytes(name));
        return hash.GetCurrentHashAsUInt64();
    }
}
