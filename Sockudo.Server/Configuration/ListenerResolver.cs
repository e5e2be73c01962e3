using System.Globalization;
using Sockudo.Server.Hosting;

namespace Sockudo.Server.Configuration;

/// <summary>
/// Decides where to listen: <c>ASPNETCORE_URLS</c>, else <c>HOST</c> and <c>PORT</c>, else <c>HTTP_PORTS</c>, else the file.
/// <c>ASPNETCORE_HTTP_PORTS</c> is not read: base images have it baked in, so it says nothing about what an operator wants.
/// </summary>
internal static class ListenerResolver
{
    private const string Urls = "ASPNETCORE_URLS";
    private const string Ports = "HTTP_PORTS";

    /// <summary>Fills <see cref="ListenerOptions.Addresses"/>.</summary>
    /// <param name="state">Where the address goes.</param>
    /// <param name="environment">The variables.</param>
    /// <param name="sources">The value of <c>--urls</c>, over the variable, and the system.</param>
    public static void Resolve(LoadState state, EnvironmentVariables environment, ConfigurationSources sources)
    {
        var listener = state.Configuration.Listener;
        var source = sources.Urls is null ? Urls : "--urls";
        var urls = sources.Urls ?? environment.Find(Urls);
        if (listener.UnixSocket.Enabled && sources.IsWindows)
        {
            state.Warn("unix_socket.enabled is ignored on Windows: the server listens on TCP.", "set unix_socket.enabled to false.");
            listener.UnixSocket.Enabled = false;
        }

        if (listener.UnixSocket.Enabled)
        {
            if (urls is not null) state.Warn($"{source} is not used: unix_socket.enabled ({state.Origin("unix_socket.enabled")}) replaces TCP.", "remove one of them.");
            listener.Addresses = [ListenerAddress.Unix(listener.UnixSocket.Path)];
            return;
        }

        listener.Addresses = urls is not null ? FromUrls(state, source, urls) : FromHostAndPorts(state, environment);
    }

    private static List<ListenerAddress> FromUrls(LoadState state, string source, string urls)
    {
        var addresses = new List<ListenerAddress>();
        foreach (var url in urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (ListenerAddress.Parse(url) is { } address) addresses.Add(address);
            else state.Error(source, $"expected http://host:port or https://host:port, several separated by semicolons, found '{url}'", ValueOrigin.Default);
        }

        if (addresses.Exists(static address => address.IsTls) && state.Configuration.Listener.Ssl is not { CertPath.Length: > 0, KeyPath.Length: > 0 })
        {
            state.Error(source, "an https address needs ssl.cert_path and ssl.key_path", ValueOrigin.Default);
        }

        foreach (var variable in new[] { "host", "port" })
        {
            var origin = state.Origin(variable);
            if (origin.Kind == OriginKind.Variable) state.Warn($"{origin} is not used: {source} says where to listen.", $"remove {origin}, or {source}.");
        }

        return addresses;
    }

    private static List<ListenerAddress> FromHostAndPorts(LoadState state, EnvironmentVariables environment)
    {
        var listener = state.Configuration.Listener;
        var scheme = listener.Ssl.Enabled ? "https" : "http";
        var configured = new ListenerAddress(scheme, listener.Host, listener.Port);
        if (state.Origin("port").Kind == OriginKind.Variable || environment.Find(Ports) is not { } ports) return [configured];

        var addresses = new List<ListenerAddress>();
        foreach (var text in ports.Split([';', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)) addresses.Add(new(scheme, listener.Host, port));
            else state.Warn($"{Ports} is ignored where it says '{text}': expected ports separated by semicolons.", "correct the variable.");
        }

        if (addresses.Count == 0) return [configured];
        listener.Port = addresses[0].Port;
        state.Origins["port"] = ValueOrigin.Variable(Ports);
        return addresses;
    }
}
