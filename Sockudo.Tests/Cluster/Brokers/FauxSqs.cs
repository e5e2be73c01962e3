using System.Globalization;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Cluster.Brokers;

/// <summary>SQS as <c>fauxqs</c> emulates it, in a Node process on a loopback port.</summary>
internal sealed class FauxSqs : IAsyncDisposable
{
    private const string ReadyLine = "fauxqs is ready";

    private readonly BrokerProcess _process;

    public FauxSqs()
    {
        Port = FreePorts.Next();
        var module = new Uri(Path.Combine(RepositoryLayout.Clients, "node_modules/fauxqs/dist/app.js")).AbsoluteUri;
        var script = string.Create(
            CultureInfo.InvariantCulture,
            $"import('{module}').then(fauxqs => fauxqs.startFauxqs({{ port: {Port}, logger: false }})).then(() => console.log('{ReadyLine}'))");
        _process = new BrokerProcess("node", _ => ["-e", script], ReadyLine);
    }

    public int Port { get; }

    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}");

    /// <summary>What AWS's clients want to have, whatever it says.</summary>
    public static IReadOnlyDictionary<string, string> Credentials { get; } = new Dictionary<string, string>
    {
        ["AWS_ACCESS_KEY_ID"] = "test",
        ["AWS_SECRET_ACCESS_KEY"] = "test",
        ["AWS_EC2_METADATA_DISABLED"] = "true",
    };

    public Task StartAsync() => _process.StartAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
