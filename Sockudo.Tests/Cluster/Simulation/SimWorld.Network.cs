using Sockudo.Server.Adapters.Cluster;
using Sockudo.Server.Backplane;

namespace Sockudo.Tests.Cluster.Simulation;

/// <content>The broker between the nodes: what it delivers, when, to whom.</content>
internal sealed partial class SimWorld
{
    /// <summary>What one machine sends does not reach another: 1 is never, 0 always.</summary>
    public void SetLoss(int from, int to, double probability) => _loss[from, to] = probability;

    public void SetDelay(int from, int to, int min, int max) => _delay[from, to] = (min, max);

    /// <summary>The broker refuses a node, or takes it again.</summary>
    public void SetConnected(SimNode node, bool isConnected)
    {
        if (!node.IsUp) return;
        node.IsConnected = isConnected;
        node.Core.DriverChanged(isConnected);
        if (node.Runs) Pump(node);
    }

    /// <summary>The largest message a node tried to publish. To be set back where a test begins to look.</summary>
    public int LargestPublished { get; set; }

    /// <summary>Gives what a node has to send to the broker.</summary>
    public void Pump(SimNode node)
    {
        if (!node.Runs) return;
        for (var partition = 0; partition < node.Streams.Count; partition++)
        {
            while (node.Core.TryTake(partition, out var outgoing))
            {
                Published++;
                var result = Publish(node, outgoing);
                node.Core.Published(partition, outgoing, result);
                if (result != PublishResult.Sent) break; // as the writer does: a pause after a failure
            }
        }
    }

    private PublishResult Publish(SimNode node, Outgoing outgoing)
    {
        if (!node.IsConnected) return PublishResult.NotConnected;
        LargestPublished = Math.Max(LargestPublished, outgoing.Bytes.Length);
        if (outgoing.Bytes.Length > MaxMessageBytes) return PublishResult.Failed;
        if (Refuses(node, outgoing.Bytes) is { } refusal) return refusal;
        Deliver(node, outgoing);
        return PublishResult.Sent;
    }

    private void Deliver(SimNode from, Outgoing outgoing)
    {
        if (!Filter(from, outgoing.Topic, outgoing.Bytes)) return;
        foreach (var to in Nodes)
        {
            if (to is null || !to.IsUp || !to.Topics.Contains(outgoing.Topic)) continue;
            var loss = _loss[from.Index, to.Index];
            if (loss > 0 && _network.NextDouble() < loss) continue;
            var times = Duplication > 0 && _network.NextDouble() < Duplication ? 2 : 1;
            for (var i = 0; i < times; i++)
            {
                var (min, max) = _delay[from.Index, to.Index];
                if (DirectDelayMs > 0 && outgoing.Topic.Contains("node-", StringComparison.Ordinal)) (min, max) = (min + LeastDirectDelayMs, max + DirectDelayMs);
                var key = (from.Origin, to.Origin, outgoing.Topic);
                var at = Math.Max(Clock.Now + _network.Next(min, max + 1), _lastDelivery.GetValueOrDefault(key));
                _lastDelivery[key] = at;
                At(at, () => Arrive(to, outgoing.Bytes));
            }
        }
    }

    private void Arrive(SimNode node, byte[] message)
    {
        if (!node.IsUp || !node.IsConnected) return;
        if (node.IsPaused)
        {
            node.Waiting.Enqueue(message);
            return;
        }

        node.Core.Receive(message);
        Pump(node);
    }
}
