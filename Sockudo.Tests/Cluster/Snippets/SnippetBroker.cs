using Sockudo.Tests.Cluster.Brokers;

namespace Sockudo.Tests.Cluster.Snippets;

/// <summary>The broker a snippet is about. It demands the very credentials that stand in the snippet, so that a node that reads another key does not get in.</summary>
internal sealed class SnippetBroker : IAsyncDisposable
{
    private readonly Func<Task> _start;
    private readonly IReadOnlyList<IAsyncDisposable> _processes;

    private SnippetBroker(IReadOnlyList<int> ports, Func<Task> start, TestCertificates? certificates, string? credentialsFile, params IAsyncDisposable[] processes) =>
        (Ports, _start, Certificates, CredentialsFile, _processes) = (ports, start, certificates, credentialsFile, processes);

    /// <summary>What stands in place of the snippet's ports, one after another.</summary>
    public IReadOnlyList<int> Ports { get; }

    public TestCertificates? Certificates { get; }

    public string? CredentialsFile { get; }

    /// <summary>The broker for a snippet; null when it needs none.</summary>
    public static async Task<SnippetBroker?> StartAsync(Snippet snippet)
    {
        var broker = snippet.Driver switch
        {
            "redis" when IsSentinel(snippet) => Sentinels(snippet),
            "redis" => Redis(snippet),
            "redis-cluster" => RedisCluster(snippet),
            "nats" => Nats(snippet),
            _ => null,
        };
        if (broker is not null) await broker._start();
        return broker;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes) await process.DisposeAsync();
    }

    private static bool IsSentinel(Snippet snippet) =>
        snippet.File?["database"]?["redis"]?["sentinels"] is not null
        || snippet.Environment.GetValueOrDefault("REDIS_URL")?.Contains("+sentinel://", StringComparison.Ordinal) == true;

    private static bool IsTls(Snippet snippet) =>
        snippet.File?["database"]?["redis"]?["tls"] is not null || snippet.File?["adapter"]?["nats"]?["tls"] is not null
        || snippet.Environment.GetValueOrDefault("REDIS_URL")?.StartsWith("rediss", StringComparison.Ordinal) == true;

    private static SnippetBroker Redis(Snippet snippet)
    {
        var (user, password) = SignIn(snippet, "redis", "DATABASE_REDIS");
        var server = new RedisServer(Demand(user, password), IsTls(snippet));
        return new([server.Port], server.StartAsync, server.Certificates, null, server);
    }

    private static SnippetBroker Sentinels(Snippet snippet)
    {
        var url = snippet.Environment.GetValueOrDefault("REDIS_URL");
        var password = snippet.Text("database", "redis", "password") ?? url![(url!.LastIndexOf('=') + 1)..];
        var sentinelPassword = snippet.Text("database", "redis", "sentinel_password") ?? url!.Split("//")[1].Split('@')[0].TrimStart(':');
        var user = snippet.Text("database", "redis", "username");
        var set = user is null
            ? new SentinelSet(password, sentinelPassword, tls: IsTls(snippet))
            : new SentinelSet("of-the-servers-alone", sentinelPassword, Acl(user, password), IsTls(snippet));
        return new(set.SentinelPorts, set.StartAsync, set.Certificates, null, set);
    }

    private static SnippetBroker RedisCluster(Snippet snippet)
    {
        var (user, password) = SignIn(snippet, "redis", "DATABASE_REDIS_CLUSTER");
        var set = user is null
            ? new RedisClusterSet(password ?? "", tls: IsTls(snippet))
            : new RedisClusterSet("of-the-servers-alone", Acl(user, password!), IsTls(snippet));
        return new([.. set.Servers.Select(static server => server.Port)], set.StartAsync, set.Certificates, null, set);
    }

    private static SnippetBroker Nats(Snippet snippet)
    {
        var user = snippet.Environment.GetValueOrDefault("NATS_USERNAME");
        var token = snippet.Environment.GetValueOrDefault("NATS_TOKEN");
        var isCredentials = snippet.Text("adapter", "nats", "credentials_file") is not null;
        var nsc = new NatsOperator();
        var authorization = isCredentials ? nsc.Configuration
            : user is not null ? $$"""authorization { user: "{{user}}", password: "{{snippet.Environment["NATS_PASSWORD"]}}" }"""
            : token is not null ? $$"""authorization { token: "{{token}}" }"""
            : "";
        var server = new NatsServer(_ => authorization, IsTls(snippet));
        var file = isCredentials ? Path.Combine(server.Process.Folder, "user.creds") : null;
        if (file is not null) File.WriteAllText(file, nsc.Credentials());

        // A second name of the list leads to the same server.
        return new([server.Port], server.StartAsync, server.Certificates, file, server);
    }

    private static (string? User, string? Password) SignIn(Snippet snippet, string section, string variables)
    {
        if (snippet.Environment.GetValueOrDefault("REDIS_URL") is { } url)
        {
            var credentials = url.Split("://")[1].Split('@') is [var before, _] ? before.Split(':') : [];
            return credentials is [var name, var secret] ? (name.Length == 0 ? null : name, secret) : (null, null);
        }

        return (
            snippet.Text("database", section, "username") ?? snippet.Environment.GetValueOrDefault(variables + "_USERNAME"),
            snippet.Text("database", section, "password") ?? snippet.Environment.GetValueOrDefault(variables + "_PASSWORD"));
    }

    private static string[] Demand(string? user, string? password) =>
        user is not null ? ["--user", "default", "off", .. Acl(user, password!)] : password is not null ? ["--requirepass", password] : [];

    private static string[] Acl(string user, string password) => ["--user", user, "on", ">" + password, "~*", "&*", "+@all"];
}
