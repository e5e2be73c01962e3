using Microsoft.Extensions.Logging;
using Sockudo.Server.Backplane;
using Sockudo.Tests.Cluster.Brokers;
using Xunit;

namespace Sockudo.Tests.Cluster.Backplanes;

/// <summary>A real broker, shared by the tests of a class, and how a driver is pointed at it. Every test leaves it running.</summary>
public abstract class BrokerDeployment : IAsyncLifetime
{
    /// <summary>The port that a proxy can stand before; null where the broker names its addresses itself.</summary>
    internal virtual int? ProxiedPort => null;

    /// <summary>Messages of the long ordering case: all where a driver is held to its promises first, fewer where only the way to the broker differs.</summary>
    internal virtual int OrderedMessages => AllCases ? 20_000 : 4_000;

    /// <summary>Whether the long forms of the cases were asked for (SOCKUDO_TEST_ALL=1).</summary>
    internal static bool AllCases => Environment.GetEnvironmentVariable("SOCKUDO_TEST_ALL") == "1";

    /// <summary>
    /// The inherited cases that run without SOCKUDO_TEST_ALL=1; null is all of them. For a deployment that differs from another one in
    /// the way to the broker only, and whose broker is slow to fall and rise.
    /// </summary>
    internal virtual IReadOnlyCollection<string>? ShortCases => null;

    /// <summary>Whether the broker, all of it started again, may decide that something else serves a topic: connections are replaced then, rightly.</summary>
    internal virtual bool MovesAfterItsReturn => false;

    internal abstract IReadOnlyList<BrokerProcess> Processes { get; }

    public abstract ValueTask InitializeAsync();

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var process in Processes)
        {
            await process.DisposeAsync();
        }
    }

    /// <summary>The driver under test, with these options or over this port.</summary>
    internal abstract IBrokerConnector Connect(BackplaneMetrics metrics, ILoggerFactory loggers, int? proxyPort);

    /// <summary>Starts what is not running and waits until the broker serves.</summary>
    internal virtual Task ReviveAsync() =>
        Task.WhenAll(Processes.Where(static process => !process.IsRunning).Select(static process => process.StartAsync()));

    internal Task KillAsync() => Task.WhenAll(Processes.Select(static process => process.KillAsync()));

    internal void Freeze()
    {
        foreach (var process in Processes)
        {
            process.Freeze();
        }
    }

    internal void Thaw()
    {
        foreach (var process in Processes)
        {
            process.Thaw();
        }
    }
}
