using System.Globalization;

namespace Sockudo.Tests.Cluster.Brokers;

/// <summary>A redis-server on a loopback port.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    /// <summary>The line of a server that takes connections.</summary>
    public const string ReadyLine = "Ready to accept connections";

    /// <param name="extra">More arguments, as <c>--requirepass</c> and its value.</param>
    /// <param name="tls">Whether it speaks TLS only and asks for the client's certificate.</param>
    /// <param name="certificates">The certificates of a set it belongs to, in place of its own; TLS is then spoken to its peers too.</param>
    public RedisServer(IEnumerable<string>? extra = null, bool tls = false, TestCertificates? certificates = null)
    {
        Port = FreePorts.Next();
        Process = new BrokerProcess("redis-server", static self => [ConfigurationOf(self)], ReadyLine);
        Certificates = certificates ?? (tls ? new TestCertificates(Process.Folder) : null);
        // A file, so that a sentinel can write a new role into it.
        File.WriteAllLines(ConfigurationOf(Process), Lines([.. Arguments(Process), .. extra ?? []]));
    }

    public int Port { get; }

    public BrokerProcess Process { get; }

    public TestCertificates? Certificates { get; }

    public Task StartAsync() => Process.StartAsync();

    public ValueTask DisposeAsync() => Process.DisposeAsync();

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
        string[] always = ["--bind", "127.0.0.1", "--dir", self.Folder, "--save", "", "--appendonly", "no", "--loglevel", "notice"];
        return Certificates is { } certificates
            ? [
                .. always, "--port", "0", "--tls-port", port, "--tls-ca-cert-file", certificates.CaFile,
                "--tls-cert-file", certificates.ServerFile, "--tls-key-file", certificates.ServerKeyFile, "--tls-auth-clients", "yes",
                "--tls-replication", "yes", "--tls-cluster", "yes",
            ]
            : [.. always, "--port", port];
    }
}
