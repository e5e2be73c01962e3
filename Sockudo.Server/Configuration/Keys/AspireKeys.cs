using Sockudo.Server.Configuration.Values;

namespace Sockudo.Server.Configuration.Keys;

/// <summary>
/// What .NET Aspire hands a client of a broker: connection strings, and the settings of its client integrations, for all clients
/// (<c>Aspire:StackExchange:Redis:…</c>) and for the one of our name (<c>Aspire:StackExchange:Redis:redis:…</c>), which wins.
/// </summary>
internal static class AspireKeys
{
    /// <summary>The section of Aspire's Redis client.</summary>
    public const string Redis = "Aspire:StackExchange:Redis";

    /// <summary>The section of Aspire's NATS client.</summary>
    public const string Nats = "Aspire:NATS:Net";

    /// <summary>Properties of <c>ConfigurationOptions</c> that mean something to our connections, and what StackExchange.Redis calls them in a connection string.</summary>
    public static readonly IReadOnlyList<(string Property, string Option)> RedisOptions =
    [
        ("ClientName", "name"), ("ConnectTimeout", "connectTimeout"), ("DefaultDatabase", "defaultDatabase"), ("KeepAlive", "keepAlive"), ("Password", "password"),
        ("Ssl", "ssl"), ("SslHost", "sslHost"), ("User", "user"),
    ];

    /// <summary>The keys.</summary>
    public static readonly KeySection Section = new("Aspire", "As .NET Aspire hands them out; variables only. A Sockudo key or variable that says where the broker is wins; then `ConnectionStrings`, the section with a name, the section without.", [
        Text("ConnectionStrings:redis", "`host:port,password=…`; wins over the defaults of `database.redis`.", Secrecy.Url),
        Text("ConnectionStrings:nats", "`nats://user:password@host:port`; wins over the default of `adapter.nats.servers`.", Secrecy.Url),
        .. RedisClient(Redis), .. RedisClient($"{Redis}:redis"), .. NatsClient(Nats), .. NatsClient($"{Nats}:nats"),
    ]);

    /// <summary>The setting of the section with the name, else of the one without; null when nobody set it.</summary>
    public static (string Path, T Value)? Find<T>(HeldValues values, string section, string name, string setting)
    {
        foreach (var path in new[] { $"{section}:{name}:{setting}", $"{section}:{setting}" })
        {
            if (values.Find(path) is T value) return (path, value);
        }

        return null;
    }

    private static IEnumerable<ConfigurationKey<ServerConfiguration>> RedisClient(string section) =>
        [.. Client(section, true, "`false`: spans of Aspire's own client beside those of the server, when an OTLP endpoint is set."), .. RedisOptions.Select(option => Text(
            $"{section}:ConfigurationOptions:{option.Property}", $"`{option.Option}=` of the connection string.", option.Property == "Password" ? Secrecy.Secret : Secrecy.None))];

    private static IEnumerable<ConfigurationKey<ServerConfiguration>> NatsClient(string section) =>
        Client(section, false, "No spans of Aspire's own client; without one (`UseAspireNats`) there are none.");

    private static IEnumerable<ConfigurationKey<ServerConfiguration>> Client(string section, bool disablesTracing, string tracing) =>
    [
        Text($"{section}:ConnectionString", "As `ConnectionStrings`.", Secrecy.Url),
        Held.Boolean($"{section}:DisableHealthChecks", false, "Leave the broker out of the .NET health checks.", Variable($"{section}:DisableHealthChecks")),
        Held.Boolean($"{section}:DisableTracing", disablesTracing, tracing, Variable($"{section}:DisableTracing")),
    ];

    private static ConfigurationKey<ServerConfiguration> Text(string path, string doc, Secrecy secrecy) =>
        Held.Of(path, OptionalTextFormat.Instance, null, doc, Variable(path), secrecy: secrecy);

    private static string Variable(string path) => path.Replace(":", "__", StringComparison.Ordinal);
}
