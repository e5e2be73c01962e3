using Microsoft.Extensions.Options;
using Sockudo.Server.Queueing;
using Sockudo.Server.Queueing.Memory;
using Xunit;

namespace Sockudo.Tests.Cluster.Queues;

/// <summary>The queue in the process.</summary>
public sealed class MemoryQueueTests(ITestOutputHelper output) : QueueConformance(output)
{
    protected override bool IsDurable => false;

    [Fact]
    public Task A_destination_gets_a_quarter_of_the_room_and_the_rest_are_dead_letters_with_their_reason() => DestinationGetsAQuarter();

    private protected override IJobQueue Create(QueueOptions options) => new MemoryJobQueue(Options.Create(options), TimeProvider.System);
}
