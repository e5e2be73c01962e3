using System.Globalization;
using System.Security.Cryptography;
using Sockudo.Tests.Infrastructure;
using StackExchange.Redis;

namespace Sockudo.Tests.Cluster.Brokers;

/// <summary>
/// Three masters and three replicas. Each starts with a cluster file that names all six, so the cluster is there as soon as they have
/// met, without a creation to wait for.
/// </summary>
internal sealed class RedisClusterSet : IAsyncDisposable
{
    public const string Password = "cluster-Pa$$word";

    private const string FormedLine = "Cluster state changed: ok";

    private readonly List<RedisServer> _servers = [];
    private readonly List<string> _ids = [];
    private readonly string _password;

    /// <param name="password">Of every node; empty for none.</param>
    /// <param name="extra">More arguments of every node, as an ACL user.</param>
    /// <param name="tls">Whether all speak TLS only, to one another too, and ask for certificates.</param>
    /// <param name="isProxied">Whether a proxy stands before every server; the cluster's own bus has none.</param>
    public RedisClusterSet(string password = Password, IEnumerable<string>? extra = null, bool tls = false, bool isProxied = false)
    {
        _password = password;
        string[] passwords = password.Length == 0 ? [] : ["--requirepass", password, "--masterauth", password];
        var busPorts = new List<int>();
        for (var i = 0; i < 6; i++)
        {
            var busPort = FreePorts.Next();
            var bus = busPort.ToString(CultureInfo.InvariantCulture);
            busPorts.Add(busPort);
            _ids.Add(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20)));
            string[] arguments =
            [
                "--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", "--cluster-node-timeout", "1000",
                "--cluster-port", bus, .. isProxied ? ["--cluster-announce-bus-port", bus] : Array.Empty<string>(),
                "--repl-diskless-sync-delay", "0", .. passwords, .. extra ?? [],
            ];
            _servers.Add(new RedisServer(arguments, tls, i == 0 ? null : Certificates, isProxied));
        }

        for (var i = 0; i < 6; i++)
        {
            File.WriteAllLines(
                Path.Combine(_servers[i].Process.Folder, "nodes.conf"),
                [.. Enumerable.Range(0, 6).Select(node => Line(node, node == i, busPorts)), "vars currentEpoch 3 lastVoteEpoch 0"]);
        }
    }

    public IReadOnlyList<RedisServer> Servers => _servers;

    /// <summary>The certificates of all when they speak TLS.</summary>
    public TestCertificates? Certificates => _servers[0].Certificates;

    public async Task StartAsync()
    {
        var formed = _servers.Select(static server => server.Process.SeenAgainAsync(FormedLine)).ToList();
        await Task.WhenAll(_servers.Where(static server => !server.Process.IsRunning).Select(static server => server.StartAsync()));
        await Task.WhenAll(formed);
    }

    /// <summary>Starts again those that are gone, and waits until the cluster is whole.</summary>
    public async Task ReviveAsync()
    {
        await Task.WhenAll(_servers.Where(static server => !server.Process.IsRunning).Select(static server => server.StartAsync()));
        await WholeAsync();
    }

    /// <summary>The master that owns the slot of a topic.</summary>
    public async Task<RedisServer> OwnerAsync(string topic)
    {
        await using var connection = await AdministerAsync();
        var slot = connection.HashSlot(topic);
        var configuration = await connection.GetServer(connection.GetEndPoints()[0]).ClusterNodesAsync();
        var owner = configuration!.Nodes.Single(node => !node.IsReplica && node.Slots.Any(range => range.From <= slot && slot <= range.To));
        return _servers.Single(server => server.PublicPort == ((System.Net.IPEndPoint)owner.EndPoint!).Port);
    }

    /// <summary>A replica.</summary>
    public async Task<RedisServer> ReplicaAsync()
    {
        await using var connection = await AdministerAsync();
        var configuration = await connection.GetServer(connection.GetEndPoints()[0]).ClusterNodesAsync();
        var replica = configuration!.Nodes.First(static node => node.IsReplica);
        return _servers.Single(server => server.PublicPort == ((System.Net.IPEndPoint)replica.EndPoint!).Port);
    }

    /// <summary>Completes when the next replica has become a master.</summary>
    public Task NextFailoverAsync() => Task.WhenAny(_servers.Select(static server => server.Process.SeenAgainAsync("Failover election won")));

    /// <summary>Lets the replica of a topic's master take over from it, as before maintenance; returns when it has.</summary>
    public async Task FailOverAsync(string topic)
    {
        var owner = await OwnerAsync(topic);
        await using var connection = await AdministerAsync();
        var nodes = (await connection.GetServer("127.0.0.1", owner.PublicPort).ClusterNodesAsync())!.Nodes;
        var replica = nodes.First(static node => node.Parent is { IsMyself: true });
        var won = NextFailoverAsync();
        await connection.GetServer(replica.EndPoint!).ExecuteAsync("CLUSTER", "FAILOVER");
        await won.WithinAsync("the failover");
    }

    /// <summary>Moves the slot of a topic to another master, as a rebalancing does.</summary>
    public async Task MoveSlotAsync(string topic)
    {
        var from = await OwnerAsync(topic);
        await using var connection = await AdministerAsync();
        var slot = connection.HashSlot(topic);
        var masters = (await connection.GetServer("127.0.0.1", from.PublicPort).ClusterNodesAsync())!.Nodes.Where(static node => !node.IsReplica && node.Slots.Count > 0).ToList();
        var target = masters.First(node => ((System.Net.IPEndPoint)node.EndPoint!).Port != from.PublicPort);
        await connection.GetServer(target.EndPoint!).ExecuteAsync("CLUSTER", ["SETSLOT", slot, "IMPORTING", masters.Single(node => ((System.Net.IPEndPoint)node.EndPoint!).Port == from.PublicPort).NodeId]);
        // The target first: it must own the slot before anybody is told.
        foreach (var node in masters.OrderByDescending(node => node == target))
        {
            await connection.GetServer(node.EndPoint!).ExecuteAsync("CLUSTER", ["SETSLOT", slot, "NODE", target.NodeId]);
        }
    }

    public Task WholeAsync() => Eventually.TrueAsync(
        async () =>
        {
            try
            {
                await using var connection = await AdministerAsync();
                foreach (var server in _servers)
                {
                    var info = (await connection.GetServer("127.0.0.1", server.PublicPort).ExecuteAsync("CLUSTER", "INFO")).ToString();
                    if (!info.Contains("cluster_state:ok", StringComparison.Ordinal)
                        || !info.Contains("cluster_slots_ok:16384", StringComparison.Ordinal))
                    {
                        return false;
                    }
                }

                return true;
            }
            catch (RedisException)
            {
                return false;
            }
        },
        "the cluster is whole",
        TimeSpan.FromSeconds(20));

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    private async Task<ConnectionMultiplexer> AdministerAsync()
    {
        var configuration = new ConfigurationOptions { AllowAdmin = true, Password = _password.Length == 0 ? null : _password, ConnectTimeout = 2000, AsyncTimeout = 1000, ConnectRetry = 1 };
        Certificates?.ApplyTo(configuration);
        foreach (var server in _servers.Where(static server => server.Process.IsRunning))
        {
            configuration.EndPoints.Add("127.0.0.1", server.PublicPort);
        }

        return await ConnectionMultiplexer.ConnectAsync(configuration);
    }

    private string Line(int node, bool myself, List<int> busPorts)
    {
        var self = myself ? "myself," : "";
        var address = $"{_ids[node]} 127.0.0.1:{_servers[node].PublicPort}@{busPorts[node]}";
        var (first, last) = ((node * 16384 / 3) + (node > 0 ? 1 : 0), Math.Min(16383, (node + 1) * 16384 / 3));
        return node < 3
            ? $"{address} {self}master - 0 0 {node + 1} connected {first}-{last}"
            : $"{address} {self}slave {_ids[node - 3]} 0 0 {node - 2} connected";
    }
}
