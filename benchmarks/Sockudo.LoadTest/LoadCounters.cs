using System.Diagnostics;
using Sockudo.LoadTest.Measuring;

namespace Sockudo.LoadTest;

/// <summary>What a run has seen so far. Times are <see cref="Stopwatch"/> timestamps, which on Linux are nanoseconds.</summary>
internal sealed class LoadCounters
{
    public int Ready { get; set; }
    public int Failed { get; set; }
    public long Cycles { get; set; }
    public long MembersAdded { get; set; }
    public long OtherFrames { get; set; }
    public long Published { get; set; }
    public long Expected { get; set; }
    public long Delivered { get; set; }
    public long HttpOk { get; set; }
    public long HttpBad { get; set; }
    public long HttpReopened { get; set; }
    public long FirstPublish { get; set; }
    public long LastDelivery { get; set; }

    /// <summary>From the publish's time in the payload to its arrival; in mode http of a request, in mode subscribe to the answer.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>From the connect to the last subscription's success.</summary>
    public LatencyHistogram ConnectLatency { get; } = new();

    /// <summary>Nanoseconds of a clock that never goes back: what stands in the payloads.</summary>
    public static long Now => Stopwatch.GetTimestamp();

    /// <summary>Forgets what was published: the warm-up is over.</summary>
    public void BeginPublishing()
    {
        Published = Expected = Delivered = HttpOk = HttpBad = HttpReopened = 0;
        Latency.Clear();
        FirstPublish = LastDelivery = Now;
    }
}
