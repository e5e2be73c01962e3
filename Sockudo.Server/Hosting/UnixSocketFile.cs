using System.Net.Sockets;

namespace Sockudo.Server.Hosting;

/// <summary>The file of the Unix domain socket.</summary>
internal static class UnixSocketFile
{
    /// <summary>Makes room for the socket: creates its directory (0755) and removes what a killed process left.</summary>
    /// <exception cref="IOException">A server listens there, or the file holds something.</exception>
    public static void Prepare(string path)
    {
        var directory = Path.GetDirectoryName(path);
        if (!string.IsNullOrEmpty(directory) && !Directory.Exists(directory))
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory);
            else Directory.CreateDirectory(directory, (UnixFileMode)0x1ED);
        }

        if (!File.Exists(path)) return;
        if (new FileInfo(path).Length > 0) throw new IOException($"'{path}' is a file and no socket: it is not removed. Set unix_socket.path to a path of the server's own.");
        if (IsServed(path)) throw new IOException($"another process listens on '{path}'. Stop it, or set unix_socket.path to another path.");
        File.Delete(path);
    }

    private static bool IsServed(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            // Refused: nobody has it open any more.
            return false;
        }
    }

    /// <summary>Sets the permission bits of the bound socket.</summary>
    public static void SetMode(string path, int mode)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, (UnixFileMode)mode);
    }

    /// <summary>Removes the socket at the end.</summary>
    public static void Remove(string path) => File.Delete(path);
}
