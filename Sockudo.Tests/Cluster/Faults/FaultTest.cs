using Xunit;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>The tests of one driver share its broker and its nodes; a failing one prints the nodes' logs. They run alone: they measure times.</summary>
[Collection(nameof(FaultTest))]
public abstract class FaultTest(FaultFixture fixture, ITestOutputHelper output) : IAsyncLifetime
{
    public static bool IsLong => Environment.GetEnvironmentVariable("SOCKUDO_TEST_ALL") == "1";

    private protected FaultCases Cases => new(fixture.Cluster, fixture.Broker, Output);

    private protected FaultCluster Cluster => fixture.Cluster;

    private protected ITestOutputHelper Output { get; } = output;

    public async ValueTask InitializeAsync() => await fixture.Cluster.EnsureAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            Output.WriteLine(fixture.Cluster.Logs);
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>Nothing else runs beside the fault tests.</summary>
[CollectionDefinition(nameof(FaultTest), DisableParallelization = true)]
public sealed class FaultRuns;

/// <summary>A broker and three nodes, started with the first test that asks.</summary>
public abstract class FaultFixture : IAsyncDisposable
{
    private protected FaultFixture(FaultBroker broker)
    {
        Broker = broker;
        Cluster = new FaultCluster(broker);
    }

    internal FaultBroker Broker { get; }

    internal FaultCluster Cluster { get; }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Cluster.DisposeAsync();
    }
}
