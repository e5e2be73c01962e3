using System.Globalization;
using Sockudo.Server.Configuration;

namespace Sockudo.Server.Hosting;

/// <summary>The few lines a start prints: what runs, where, for whom, with which limits, and what to mend.</summary>
internal static class StartupBanner
{
    private const int MostAppsNamed = 5;

    /// <summary>The lines, without a timestamp.</summary>
    /// <param name="version">The server's version.</param>
    /// <param name="result">The loaded configuration.</param>
    /// <param name="limit">The descriptor limit; null when it is not known.</param>
    /// <param name="isDevelopment">Whether there is a page to open.</param>
    public static IReadOnlyList<string> Format(string version, ConfigurationResult result, DescriptorLimit? limit, bool isDevelopment = false)
    {
        var configuration = result.Configuration;
        var lines = new List<string>
        {
            $"Sockudo for .NET {version}, adapter {configuration.Adapter.Driver}, configuration {result.File ?? "without a file"}",
            $"Listening on {string.Join(", ", configuration.Listener.Addresses)}{Prefix(configuration)}; metrics {Metrics(configuration)}",
            Apps(configuration),
            Limits(configuration, limit),
        };
        if (isDevelopment && Page(configuration) is { } page) lines.Add($"Development: open {page} and press the button");
        lines.AddRange(result.Warnings.Select(static warning => $"Warning: {warning}"));
        if (TooFewDescriptors(configuration, limit) is { } tooFew) lines.Add($"Warning: {tooFew}");
        return lines;
    }

    private static string Prefix(ServerConfiguration configuration) =>
        configuration.Gateway.PathPrefix.Length == 0 ? "" : $" under {configuration.Gateway.PathPrefix}";

    private static string? Page(ServerConfiguration configuration)
    {
        var address = configuration.Listener.Addresses.FirstOrDefault(static address => !address.IsUnixSocket);
        if (address.Port == 0) return null;
        var host = address.Host is "*" or "0.0.0.0" or "::" ? "localhost" : address.Host;
        return $"{address with { Host = host }}{configuration.Gateway.PathPrefix}/";
    }

    private static string Metrics(ServerConfiguration configuration) =>
        configuration.Metrics.Enabled ? new ListenerAddress("http", configuration.Metrics.Host, configuration.Metrics.Port) + "/metrics" : "off";

    private static string Apps(ServerConfiguration configuration)
    {
        var apps = configuration.AppManager.Apps;
        var named = string.Join(", ", apps.Take(MostAppsNamed).Select(static app => app.Enabled ? $"{app.Id} (key {app.Key})" : $"{app.Id} (disabled)"));
        return $"{apps.Count} {(apps.Count == 1 ? "app" : "apps")}: {named}{(apps.Count > MostAppsNamed ? $" and {apps.Count - MostAppsNamed} more" : "")}";
    }

    private static string Limits(ServerConfiguration configuration, DescriptorLimit? limit)
    {
        var wanted = WantedConnections(configuration);
        var connections = wanted is { } number ? number.ToString("N0", CultureInfo.InvariantCulture) : "unlimited";
        var socket = configuration.WebSocket;
        return $"Connections by configuration {connections}, descriptors {Descriptors(limit)}; a socket's message {Kib(socket.EffectiveMaxPayload)}, its queue {Queue(socket.MaxMessages)}{Kib(socket.EffectiveMaxQueuedBytes)}";
    }

    private static string Queue(int? messages) => messages is { } number ? string.Create(CultureInfo.InvariantCulture, $"{number:N0} frames or ") : "";

    private static string Kib(int bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KiB");

    private static string Descriptors(DescriptorLimit? limit) => limit switch
    {
        null => "unknown",
        { Soft: { } soft } => soft.ToString("N0", CultureInfo.InvariantCulture),
        _ => "unlimited",
    };

    private static string? TooFewDescriptors(ServerConfiguration configuration, DescriptorLimit? limit)
    {
        if (limit is not { Soft: { } soft, Room: { } room }) return null;
        if (WantedConnections(configuration) is { } wanted ? wanted <= room : soft >= 10_000) return null;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"the descriptor limit of {soft:N0} leaves room for {room:N0} connections. Fix: raise it with `ulimit -n`, LimitNOFILE of systemd or --ulimit nofile of docker.");
    }

    private static long? WantedConnections(ServerConfiguration configuration)
    {
        long sum = 0;
        foreach (var app in configuration.AppManager.Apps)
        {
            if (!app.Enabled) continue;
            if (app.MaxConnections == 0) return null;
            sum += app.MaxConnections;
        }

        return sum;
    }
}
