using Sockudo.Server.Adapters.Cluster.Wire;

namespace Sockudo.Server.Adapters.Cluster;

/// <summary>
/// How large a message the broker takes. It is known only once there is a connection and another server may take less, so it is
/// asked each time it is used. <paramref name="setting"/> is what an operator raises. Thread-safe.
/// </summary>
internal sealed class BrokerLimit(Func<int> ask, string setting, int least = BrokerLimit.LeastMessageBytes)
{
    /// <summary>A broker that takes less cannot carry heartbeats of a large cluster, nor what applications usually send. Unit: bytes.</summary>
    public const int LeastMessageBytes = 32 * 1024;

    // What batches, repair chunks and snapshot chunks write before and between entries.
    private const int FieldsBytes = 64;

    // An event's entry has the names of app, channel and socket beside the message.
    private const int EventFieldsBytes = 2048;

    /// <summary>The largest message now. Unit: bytes.</summary>
    public int MessageBytes => Math.Min(ask(), Envelope.MaxMessageBytes);

    /// <summary>What one entry may have at most, and all entries of one message together. Unit: bytes.</summary>
    public int EntryBytes => MessageBytes - Envelope.Overhead - FieldsBytes;

    /// <summary>The largest payload of an event. Unit: bytes.</summary>
    public int EventBytes => EntryBytes - EventFieldsBytes;

    /// <summary>Why a node cannot do its part with this broker; null when it can.</summary>
    public string? Doubt => ask() is var bytes && bytes < least
        ? $"the broker takes messages of at most {bytes} bytes and a cluster needs {least}: raise {setting} (docs/operations.md)"
        : null;
}
