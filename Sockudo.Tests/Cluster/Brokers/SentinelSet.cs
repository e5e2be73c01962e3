using System.Globalization;
using System.Net;
using Sockudo.Tests.Infrastructure;
using StackExchange.Redis;

namespace Sockudo.Tests.Cluster.Brokers;

/// <summary>One master, two replicas and three sentinels; the servers and the sentinels have passwords of their own.</summary>
internal sealed class SentinelSet : IAsyncDisposable
{
    public const string MasterName = "mymaster";
    public const string Password = "server-Pa$$:word/1";
    public const string SentinelPassword = "sentinel-Pa$$:word/2";

    private readonly List<RedisServer> _servers = [];
    private readonly List<BrokerProcess> _sentinels = [];
    private readonly List<FaultProxy> _sentinelProxies = [];
    private readonly string _password;
    private readonly string _sentinelPassword;

    /// <param name="password">Of the servers.</param>
    /// <param name="sentinelPassword">Of the sentinels.</param>
    /// <param name="extra">More arguments of every server, as an ACL user.</param>
    /// <param name="tls">Whether all speak TLS only, to one another too, and ask for certificates.</param>
    /// <param name="isProxied">Whether a proxy stands before every server and every sentinel.</param>
    public SentinelSet(string password = Password, string sentinelPassword = SentinelPassword, IEnumerable<string>? extra = null, bool tls = false, bool isProxied = false)
    {
        (_password, _sentinelPassword) = (password, sentinelPassword);
        string[] passwords = ["--requirepass", password, "--masterauth", password, "--repl-diskless-sync-delay", "0", .. extra ?? []];
        _servers.Add(new RedisServer(passwords, tls, isProxied: isProxied));
        for (var i = 0; i < 2; i++)
        {
            _servers.Add(new RedisServer([.. passwords, "--replicaof", "127.0.0.1", $"{_servers[0].PublicPort}"], certificates: Certificates, isProxied: isProxied));
        }

        for (var i = 0; i < 3; i++)
        {
            var port = FreePorts.Next();
            var proxy = isProxied ? new FaultProxy(port) : null;
            SentinelPorts.Add(proxy?.Port ?? port);
            if (proxy is not null)
            {
                _sentinelProxies.Add(proxy);
            }

            var sentinel = new BrokerProcess("redis-sentinel", self => [Path.Combine(self.Folder, "sentinel.conf")], "+monitor master");
            // A second: on a loaded machine a living master was silent for half of one, and a failover nobody had made followed.
            File.WriteAllText(Path.Combine(sentinel.Folder, "sentinel.conf"), string.Create(CultureInfo.InvariantCulture, $"""
                {Listen(port)}
                bind 127.0.0.1
                dir {sentinel.Folder}
                requirepass "{sentinelPassword}"
                sentinel sentinel-pass "{sentinelPassword}"
                sentinel announce-ip 127.0.0.1
                sentinel announce-port {SentinelPorts[^1]}
                sentinel monitor {MasterName} 127.0.0.1 {_servers[0].PublicPort} 2
                sentinel auth-pass {MasterName} "{password}"
                sentinel down-after-milliseconds {MasterName} 1000
                sentinel failover-timeout {MasterName} 1000

                """));
            _sentinels.Add(sentinel);
        }
    }

    /// <summary>Where the sentinels are found: their proxies' ports, or their own.</summary>
    public List<int> SentinelPorts { get; } = [];

    /// <summary>The certificates of all when they speak TLS.</summary>
    public TestCertificates? Certificates => _servers[0].Certificates;

    public IEnumerable<FaultProxy> Proxies => _servers.Select(static server => server.Proxy).OfType<FaultProxy>().Concat(_sentinelProxies);

    public IReadOnlyList<RedisServer> Servers => _servers;

    public IReadOnlyList<BrokerProcess> Sentinels => _sentinels;

    public IEnumerable<BrokerProcess> Processes => _servers.Select(static server => server.Process).Concat(_sentinels);

    /// <summary>Starts all and waits until every sentinel knows the replicas and the other sentinels.</summary>
    public async Task StartAsync()
    {
        await Task.WhenAll(_servers.Select(static server => server.StartAsync()));
        await Task.WhenAll(_servers[0].Process.SeenAsync("Synchronization with replica", 2));
        await Task.WhenAll(_sentinels.Select(static sentinel => sentinel.StartAsync()));
        await Task.WhenAll(_sentinels.SelectMany<BrokerProcess, Task>(static sentinel => [sentinel.SeenAsync("+slave slave", 2), sentinel.SeenAsync("+sentinel sentinel", 2)]));
    }

    /// <summary>The server that the sentinels named last.</summary>
    public RedisServer Master()
    {
        var switched = _sentinels.SelectMany(static sentinel => sentinel.Log.Split('\n')).LastOrDefault(static line => line.Contains("+switch-master", StringComparison.Ordinal));
        var port = switched is null ? _servers[0].PublicPort : int.Parse(switched.Split(' ')[^1], CultureInfo.InvariantCulture);
        return _servers.Single(server => server.PublicPort == port);
    }

    /// <summary>Completes when every sentinel names a running master that knows to be one and has its replicas.</summary>
    public Task ServesAsync() => Eventually.TrueAsync(
        async () =>
        {
            try
            {
                var named = new HashSet<int>();
                foreach (var port in SentinelPorts)
                {
                    await using var sentinel = await ConnectionMultiplexer.SentinelConnectAsync(Configuration(port, _sentinelPassword));
                    var endPoint = await sentinel.GetServer("127.0.0.1", port).SentinelGetMasterAddressByNameAsync(MasterName);
                    named.Add(((IPEndPoint)endPoint!).Port);
                }

                if (named.Count != 1)
                {
                    return false;
                }

                await using var master = await ConnectionMultiplexer.ConnectAsync(Configuration(named.Single(), _password));
                await SubmitAsync(named.Single());
                return await master.GetServer("127.0.0.1", named.Single()).RoleAsync() is Role.Master { Replicas.Count: 2 };
            }
            catch (RedisException)
            {
                return false;
            }
        },
        "the sentinels name a master",
        // Sentinels take about 8 s to demote a master that returned, and longer when a second failover follows the first. This is the
        // test's own tidying up, no bar of the product's.
        TimeSpan.FromSeconds(60));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _sentinels)
        {
            await process.DisposeAsync();
        }

        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        foreach (var proxy in _sentinelProxies)
        {
            await proxy.DisposeAsync();
        }
    }

    private string Listen(int port) => Certificates is { } certificates
        ? string.Create(CultureInfo.InvariantCulture, $"""
            port 0
            tls-port {port}
            tls-ca-cert-file "{certificates.CaFile}"
            tls-cert-file "{certificates.ServerFile}"
            tls-key-file "{certificates.ServerKeyFile}"
            tls-replication yes
            """)
        : string.Create(CultureInfo.InvariantCulture, $"port {port}");

    // The sentinels do so themselves, after eight seconds.
    private async Task SubmitAsync(int masterPort)
    {
        foreach (var port in _servers.Select(static server => server.PublicPort).Where(port => port != masterPort))
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync(Configuration(port, _password));
            var server = connection.GetServer("127.0.0.1", port);
            if (await server.RoleAsync() is Role.Master)
            {
                await server.ExecuteAsync("REPLICAOF", "127.0.0.1", masterPort);
            }
        }
    }

    private ConfigurationOptions Configuration(int port, string password)
    {
        var configuration = new ConfigurationOptions
        {
            EndPoints = { { "127.0.0.1", port } },
            Password = password,
            ConnectTimeout = 1000,
            AsyncTimeout = 1000,
            ConnectRetry = 1,
            AllowAdmin = true,
        };
        Certificates?.ApplyTo(configuration);
        return configuration;
    }
}
