using System.Globalization;

namespace Sockudo.Server.Hosting;

/// <summary>How many descriptors the process may have open: each connection takes one.</summary>
/// <param name="Soft">The limit in force; null is unlimited.</param>
/// <param name="Hard">What it may be raised to; null is unlimited.</param>
internal readonly record struct DescriptorLimit(long? Soft, long? Hard)
{
    // The runtime holds one for each of its assemblies, some 200, and loads more of them when they are needed; listeners, logs, brokers, webhooks.
    private const long Reserved = 384;
    private const long LeastRoom = 16;

    /// <summary>How many connections there is room for; null when there is no limit.</summary>
    public long? Room => Soft is { } soft ? Math.Max(LeastRoom, soft - Reserved) : null;

    /// <summary>The limit of this process; null where there is no /proc to ask.</summary>
    public static DescriptorLimit? Read()
    {
        try
        {
            return Parse(File.ReadAllText("/proc/self/limits"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads the line "Max open files" of /proc/self/limits; null when it is not there.</summary>
    public static DescriptorLimit? Parse(string limits)
    {
        const string Name = "Max open files";
        foreach (var line in limits.Split('\n'))
        {
            if (!line.StartsWith(Name, StringComparison.Ordinal)) continue;
            var columns = line[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return columns.Length < 2 ? null : new(Number(columns[0]), Number(columns[1]));
        }

        return null;
    }

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
