using System.Globalization;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>A real broker and how a node is pointed at it. Every connection of a node to it goes through one of its proxies.</summary>
internal abstract class FaultBroker : IAsyncDisposable
{
    public abstract IEnumerable<BrokerProcess> Processes { get; }

    /// <summary>One before each address that a node may connect to, whether it was told it or learned it from the broker.</summary>
    public abstract IEnumerable<FaultProxy> Proxies { get; }

    public abstract Task StartAsync();

    /// <summary>Writes the keys of the driver, as an operator would.</summary>
    public abstract void Configure(ServerSetup setup);

    /// <summary>Somebody else on the same broker.</summary>
    public abstract Task<BrokerIntruder> IntrudeAsync();

    /// <summary>Starts what is not running and completes when the broker serves.</summary>
    public virtual Task ReviveAsync() =>
        Task.WhenAll(Processes.Where(static process => !process.IsRunning).Select(static process => process.StartAsync()));

    public Task KillAsync() => Task.WhenAll(Processes.Select(static process => process.KillAsync()));

    /// <summary>Resets every connection of a process to the broker; returns how many.</summary>
    public int Cut(int processId)
    {
        var ports = ProcessSockets.LocalPorts(processId);
        return Proxies.Sum(proxy => proxy.Cut(ports));
    }

    /// <summary>Holds every piece to and from the broker for so long, and up to so much longer.</summary>
    public void Delay(TimeSpan least, TimeSpan jitter)
    {
        foreach (var proxy in Proxies)
        {
            proxy.Delay = (least, jitter);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Processes)
        {
            await process.DisposeAsync();
        }

        foreach (var proxy in Proxies)
        {
            await proxy.DisposeAsync();
        }
    }

    protected static string Address(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
}
