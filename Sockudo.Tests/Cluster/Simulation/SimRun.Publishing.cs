using Sockudo.Server.Channels;
using Xunit;

namespace Sockudo.Tests.Cluster.Simulation;

/// <summary>What backends publish: mostly small events, now and then the largest there may be, or one larger than that.</summary>
internal sealed partial class SimRun
{
    private void Publish(SimNode node, string channel, SimClient? except, int bytes = 0)
    {
        if (!_published.TryGetValue((node.Origin, channel), out var times)) _published.Add((node.Origin, channel), times = []);
        var number = times.Count;
        times.Add(_world.Clock.Now);
        except?.Find(channel)?.Excluded.Add((node.Origin, number));
        Assert.True(ChannelName.TryParse(channel, 200, out var name, out _));
        _world.Do(node, n => n.Adapter.Publish(_world.App, name, SimClient.Event(channel, node.Origin, number, bytes), except?.Connection.Id, remember: true));
    }

    /// <summary>What cannot be published must not leave a hole in the stream that nobody can ever repair.</summary>
    private void PublishOversized(SimNode node)
    {
        Assert.True(ChannelName.TryParse(Channels[0], 200, out var name, out _));
        var (last, oversized) = (Enumerable.Range(0, node.Streams.Count).Sum(i => (long)node.Streams[i].LastAppended), node.Streams.Oversized);
        node.Adapter.Publish(_world.App, name, SimClient.Event(Channels[0], 0, 0, 2 * _world.MaxMessageBytes, "too-large"), null, remember: false);
        if (Enumerable.Range(0, node.Streams.Count).Sum(i => (long)node.Streams[i].LastAppended) != last) Fail(node, "gave an oversized entry a sequence");
        if (node.Streams.Oversized != oversized + 1) Fail(node, "did not count an oversized entry");
    }
}
