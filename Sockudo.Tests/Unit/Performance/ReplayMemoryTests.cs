using System.Security.Cryptography;
using Sockudo.Server.Http;
using Sockudo.Tests.Unit.Http;
using Xunit;

namespace Sockudo.Tests.Unit.Performance;

/// <summary>Measures the heap, so nothing else runs meanwhile.</summary>
[CollectionDefinition(nameof(HeapMeasurements), DisableParallelization = true)]
public sealed class HeapMeasurements;

/// <summary>What remembered signatures cost.</summary>
[Collection(nameof(HeapMeasurements))]
public sealed class ReplayMemoryTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_signature_costs_no_more_memory_than_is_counted()
    {
        // One more than a power of two: the queue has just grown to the double.
        const int Signatures = (1 << 18) + 1;
        var now = DateTimeOffset.UnixEpoch;
        var store = new MemoryReplayStore(3L * Signatures * MemoryReplayStore.MarkBytes);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Signatures; i++)
        {
            var signature = Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(i)));
            Assert.Equal(ReplayVerdict.First, await store.TryAddAsync(ApiHost.App, signature, now.AddSeconds(600 + (i % 600)), now));
        }

        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)store.Count;
        output.WriteLine($"{store.Count} signatures: {each:0.0} bytes each, {MemoryReplayStore.MarkBytes} are counted.");
        Assert.InRange(each, 1, MemoryReplayStore.MarkBytes);
    }
}
