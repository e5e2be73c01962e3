using Sockudo.Server.Hosting;

namespace Sockudo.Server.Configuration.Validation;

/// <summary>Checks listeners, TLS files and the Unix socket.</summary>
internal static class ListenerValidator
{
    private const int WorldWritable = 2;

    /// <summary>Adds errors and warnings.</summary>
    /// <param name="state">What was read.</param>
    /// <param name="workingDirectory">Relative paths of TLS files start here.</param>
    public static void Validate(LoadState state, string workingDirectory)
    {
        var listener = state.Configuration.Listener;
        ValidateSsl(state, listener.Ssl, workingDirectory);
        if (listener.UnixSocket.Enabled) ValidateUnixSocket(state, listener);
        var metrics = state.Configuration.Metrics;
        if (metrics.Enabled && metrics.Port != 0 && listener.Addresses.Any(address => !address.IsUnixSocket && address.Port == metrics.Port))
        {
            state.Error("metrics.port", $"port {metrics.Port} is the main port too");
        }
    }

    private static void ValidateSsl(LoadState state, SslOptions ssl, string workingDirectory)
    {
        if (!ssl.Enabled) return;
        RequireFile(state, "ssl.cert_path", ssl.CertPath, workingDirectory);
        RequireFile(state, "ssl.key_path", ssl.KeyPath, workingDirectory);
        if (ssl.CaPath is { } authority) RequireFile(state, "ssl.ca_path", authority, workingDirectory);
        if (ssl.RedirectHttp && ssl.HttpPort is null) state.Error("ssl.http_port", "expected a port, because ssl.redirect_http is on");
    }

    private static void RequireFile(LoadState state, string path, string file, string workingDirectory)
    {
        if (file.Length == 0) state.Error(path, "expected the path of a PEM file, because ssl.enabled is true");
        else if (!File.Exists(Path.GetFullPath(file, workingDirectory))) state.Error(path, $"there is no file '{file}'");
    }

    private static void ValidateUnixSocket(LoadState state, ListenerOptions listener)
    {
        var path = listener.UnixSocket.Path;
        if (path.Length == 0) state.Error("unix_socket.path", "expected an absolute path, found nothing");
        else if (!path.StartsWith('/')) state.Error("unix_socket.path", $"expected an absolute path, found '{path}'");
        else if (path.Contains("../", StringComparison.Ordinal) || path.Contains("..\\", StringComparison.Ordinal)) state.Error("unix_socket.path", $"expected a path without '../', found '{path}'");

        if ((listener.UnixSocket.PermissionMode & WorldWritable) != 0)
        {
            state.Warn($"unix_socket.permission_mode {Convert.ToString(listener.UnixSocket.PermissionMode, 8)} lets every local user connect.", "use \"660\" and the proxy's group.");
        }

        if (listener.Ssl.Enabled) state.Warn("ssl.enabled has no effect: the Unix socket replaces the TCP listeners and speaks plain HTTP.", "leave TLS to the proxy, set ssl.enabled to false.");
        if (state.Configuration.Server.Mode == "production" && path.StartsWith("/tmp/", StringComparison.Ordinal))
        {
            state.Warn($"unix_socket.path {path} is below /tmp, where others can put a socket of that name first.", "use a directory of the server's own, such as /var/run/sockudo.");
        }
    }
}
