namespace Sockudo.Server.Hosting;

/// <summary>The file of the Unix domain socket.</summary>
internal static class UnixSocketFile
{
    /// <summary>Makes room for the socket: creates its directory (0755) and removes what a killed process left.</summary>
    public static void Prepare(string path)
    {
        var directory = Path.GetDirectoryName(path);
        if (!string.IsNullOrEmpty(directory) && !Directory.Exists(directory))
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory);
            else Directory.CreateDirectory(directory, (UnixFileMode)0x1ED);
        }

        File.Delete(path);
    }

    /// <summary>Sets the permission bits of the bound socket.</summary>
    public static void SetMode(string path, int mode)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, (UnixFileMode)mode);
    }

    /// <summary>Removes the socket at the end.</summary>
    public static void Remove(string path) => File.Delete(path);
}
