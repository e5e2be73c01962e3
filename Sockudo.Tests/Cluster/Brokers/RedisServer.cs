using System.Globalization;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Cluster.Brokers;

/// <summary>A redis-server on a loopback port.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    /// <summary>The line of a server that takes connections.</summary>
    public const string ReadyLine = "Ready to accept connections";

    /// <param name="extra">More arguments, as <c>--requirepass</c> and its value.</param>
    /// <param name="tls">Whether it speaks TLS only and asks for the client's certificate.</param>
    /// <param name="certificates">The certificates of a set it belongs to, in place of its own; TLS is then spoken to its peers too.</param>
    /// <param name="isProxied">Whether a proxy stands before it, whose port it names as its own to clients, sentinels, replicas and the cluster.</param>
    public RedisServer(IEnumerable<string>? extra = null, bool tls = false, TestCertificates? certificates = null, bool isProxied = false)
    {
        Port = FreePorts.Next();
        Proxy = isProxied ? new FaultProxy(Port) : null;
        Process = new BrokerProcess("redis-server", static self => [ConfigurationOf(self)], ReadyLine);
        Certificates = certificates ?? (tls ? new TestCertificates(Process.Folder) : null);
        // A file, so that a sentinel can write a new role into it.
        File.WriteAllLines(ConfigurationOf(Process), Lines([.. Arguments(Process), .. extra ?? []]));
    }

    public int Port { get; }

    public FaultProxy? Proxy { get; }

    /// <summary>Where others find it: its proxy's port, or its own.</summary>
    public int PublicPort => Proxy?.Port ?? Port;

    public BrokerProcess Process { get; }

    public TestCertificates? Certificates { get; }

    public Task StartAsync() => Process.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        if (Proxy is not null)
        {
            await Proxy.DisposeAsync();
        }
    }

    private static string ConfigurationOf(BrokerProcess process) => Path.Combine(process.Folder, "redis.conf");

    private static IEnumerable<string> Lines(IEnumerable<string> arguments)
    {
        var line = new List<string>();
        foreach (var argument in arguments)
        {
            if (argument.StartsWith("--", StringComparison.Ordinal) && line.Count > 0)
            {
                yield return string.Join(' ', line);
                line.Clear();
            }

            line.Add(line.Count == 0 ? argument[2..] : $"\"{argument}\"");
        }

        yield return string.Join(' ', line);
    }

    private IEnumerable<string> Arguments(BrokerProcess self)
    {
        var port = Port.ToString(CultureInfo.InvariantCulture);
        var named = PublicPort.ToString(CultureInfo.InvariantCulture);
        string[] always =
        [
            "--bind", "127.0.0.1", "--dir", self.Folder, "--save", "", "--appendonly", "no", "--loglevel", "notice",
            .. Proxy is null ? Array.Empty<string>() : ["--replica-announce-port", named, "--cluster-announce-port", named],
        ];
        return Certificates is { } certificates
            ? [
                .. always, "--port", "0", "--tls-port", port, "--tls-ca-cert-file", certificates.CaFile,
                "--tls-cert-file", certificates.ServerFile, "--tls-key-file", certificates.ServerKeyFile, "--tls-auth-clients", "yes",
                "--tls-replication", "yes", "--tls-cluster", "yes",
            ]
            : [.. always, "--port", port];
    }
}
