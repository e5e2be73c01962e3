using System.Globalization;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>A real broker and how a node is pointed at it.</summary>
internal abstract class FaultBroker : IAsyncDisposable
{
    /// <summary>The port a proxy can stand before; null where the broker names its addresses itself.</summary>
    public virtual int? ProxiedPort => null;

    public abstract IEnumerable<BrokerProcess> Processes { get; }

    public abstract Task StartAsync();

    /// <summary>Writes the keys of the driver, as an operator would.</summary>
    public abstract void Configure(ServerSetup setup, int? proxyPort);

    /// <summary>Starts what is not running and completes when the broker serves.</summary>
    public virtual Task ReviveAsync() =>
        Task.WhenAll(Processes.Where(static process => !process.IsRunning).Select(static process => process.StartAsync()));

    public Task KillAsync() => Task.WhenAll(Processes.Select(static process => process.KillAsync()));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Processes)
        {
            await process.DisposeAsync();
        }
    }

    protected static string Address(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
}
