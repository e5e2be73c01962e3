using System.Globalization;
using System.Text.Json;

namespace Sockudo.Server.Configuration.Values;

/// <summary>Lists of brokers and databases: <c>host:port</c>, a URL, or where the original has it an object with host and port.</summary>
internal static class EndpointList
{
    /// <summary>Seeds of a Redis Cluster as text.</summary>
    public static readonly ListFormat RedisSeeds = new(
        "list of host:port",
        "a list of host:port, redis://host:port or rediss://host:port",
        static text => Seed(text, "redis", "rediss"));

    /// <summary>NATS servers as text.</summary>
    public static readonly ListFormat NatsServers = new(
        "list of URLs",
        "a list of nats://host:port (tls://, ws:// and wss:// are fine too)",
        static text => Seed(text, "nats", "tls", "ws", "wss"));

    /// <summary>Plain <c>host:port</c> as text.</summary>
    public static readonly ListFormat Hosts = new("list of host:port", "a list of host:port", static text => Seed(text));

    /// <summary>Objects <c>{"host","port"}</c>, or the same as text, kept as <c>host:port</c>.</summary>
    public static ListFormat Nodes(string defaultHost, int defaultPort) => new(
        "list of {host, port}",
        "a list of {\"host\": text, \"port\": integer from 0 to 65535}",
        static text => Seed(text, "redis", "rediss"),
        element => Node(element, defaultHost, defaultPort));

    private static string? Node(JsonElement element, string host, int port)
    {
        foreach (var property in element.EnumerateObject())
        {
            switch (property.Name)
            {
                case "host" when property.Value.ValueKind == JsonValueKind.String:
                    host = property.Value.GetString()!;
                    break;
                case "port" when property.Value.ValueKind == JsonValueKind.Number && property.Value.TryGetInt32(out port) && port is >= 0 and <= 65535:
                    break;
                default:
                    return null;
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");
    }

    private static string? Seed(string text, params ReadOnlySpan<string> schemes)
    {
        var rest = text.Trim();
        var separator = rest.IndexOf("://", StringComparison.Ordinal);
        if (separator >= 0)
        {
            if (!schemes.Contains(rest[..separator].ToLowerInvariant())) return null;
            rest = rest[(separator + 3)..].TrimEnd('/');
        }

        rest = rest[(rest.LastIndexOf('@') + 1)..];
        var colon = rest.LastIndexOf(':');
        var host = colon > rest.LastIndexOf(']') ? rest[..colon] : rest;
        if (host.Length == 0 || host.AsSpan().ContainsAny(" /,")) return null;
        return host.Length == rest.Length || (ushort.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? text.Trim()
            : null;
    }
}
