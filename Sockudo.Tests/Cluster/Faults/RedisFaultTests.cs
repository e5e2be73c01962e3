using Xunit;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>One Redis: every fault, in every run.</summary>
public sealed class RedisFaultTests(RedisFaultTests.Fixture fixture, ITestOutputHelper output) : FaultSuite<RedisFaultTests.Fixture>(fixture, output)
{
    private protected override IReadOnlyCollection<string> InEveryRun => [.. typeof(RedisFaultTests).GetMethods().Select(static method => method.Name)];

    public sealed class Fixture : FaultFixture
    {
        public Fixture()
            : base(static () => new FaultBrokers.Redis())
        {
        }
    }
}
