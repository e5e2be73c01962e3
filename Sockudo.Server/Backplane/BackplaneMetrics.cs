using System.Diagnostics.Metrics;
using Sockudo.Server.Metrics;

namespace Sockudo.Server.Backplane;

/// <summary>What the brokers' drivers count. Thread-safe.</summary>
internal sealed class BackplaneMetrics
{
    private readonly Counter<long> _published;
    private readonly Counter<long> _received;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _lost;

    public BackplaneMetrics(ServerMetrics metrics)
    {
        _published = metrics.Meter.CreateCounter<long>(
            ServerMetrics.InstrumentPrefix + "backplane_publishes_total", "{message}", "Messages given to the broker, by what became of them.");
        _received = metrics.Meter.CreateCounter<long>(
            ServerMetrics.InstrumentPrefix + "backplane_messages_received_total", "{message}", "Messages taken from the broker.");
        _dropped = metrics.Meter.CreateCounter<long>(
            ServerMetrics.InstrumentPrefix + "backplane_messages_dropped_total", "{message}",
            "Messages of the broker dropped because this node was too slow to take them.");
        _lost = metrics.Meter.CreateCounter<long>(
            ServerMetrics.InstrumentPrefix + "backplane_connections_lost_total", "{connection}", "Connections to the broker that were lost or replaced.");
    }

    /// <summary>Counts a publish.</summary>
    public void Published(string driver, PublishResult result) =>
        _published.Add(1, new("driver", driver), new("result", result switch
        {
            PublishResult.Sent => "sent",
            PublishResult.NotConnected => "not_connected",
            PublishResult.TimedOut => "timed_out",
            _ => "failed",
        }));

    /// <summary>Counts a message taken.</summary>
    public void Received(string driver) => _received.Add(1, new KeyValuePair<string, object?>("driver", driver));

    /// <summary>Counts messages that this node was too slow for.</summary>
    public void Dropped(string driver, int messages) => _dropped.Add(messages, new KeyValuePair<string, object?>("driver", driver));

    /// <summary>Counts a connection that ended.</summary>
    public void ConnectionLost(string driver) => _lost.Add(1, new KeyValuePair<string, object?>("driver", driver));
}
