namespace Sockudo.AppHost.Brokers.Processes;

/// <summary>Looks for programs as a shell does.</summary>
internal static class SearchPath
{
    /// <summary>
    /// The program's full path, or null. Beside each <c>bin</c> folder of the PATH its <c>sbin</c> is looked at: distributions put servers
    /// there, and the PATH of a user who is not root leaves it out.
    /// </summary>
    public static string? Find(string program)
    {
        var file = OperatingSystem.IsWindows() ? $"{program}.exe" : program;
        return Folders().Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
    }

    private static IEnumerable<string> Folders()
    {
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        foreach (var folder in path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            yield return folder;
            if (Path.GetFileName(folder) == "bin" && Path.GetDirectoryName(folder) is { } parent) yield return Path.Combine(parent, "sbin");
        }
    }
}
