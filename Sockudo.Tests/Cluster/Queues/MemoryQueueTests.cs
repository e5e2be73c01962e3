using Microsoft.Extensions.Options;
using Sockudo.Server.Queueing;
using Sockudo.Server.Queueing.Memory;
using Xunit;

namespace Sockudo.Tests.Cluster.Queues;

/// <summary>The queue in the process.</summary>
public sealed class MemoryQueueTests(ITestOutputHelper output) : QueueConformance(output)
{
    protected override bool IsDurable => false;

    private protected override IJobQueue Create(QueueOptions options) => new MemoryJobQueue(Options.Create(options), TimeProvider.System);
}
