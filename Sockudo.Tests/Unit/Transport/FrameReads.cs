using System.Buffers;
using Sockudo.Server.Transport;

namespace Sockudo.Tests.Unit.Transport;

/// <summary>What a reader finds in the bytes of one read after another.</summary>
internal static class FrameReads
{
    /// <summary>Every event up to the first error, whose payload is the error's code.</summary>
    public static List<(FrameEvent Event, byte[] Payload)> Read(params byte[][] reads)
    {
        using var reader = new FrameReader(200_000, 200_000);
        var events = new List<(FrameEvent, byte[])>();
        foreach (var read in reads)
        {
            var input = new ReadOnlySequence<byte>(read);
            while (true)
            {
                var found = reader.Read(ref input, out var payload);
                if (found == FrameEvent.NeedMore) break;
                events.Add((found, payload.ToArray()));
                if (found == FrameEvent.Error)
                {
                    events[^1] = (found, [(byte)(reader.ErrorCode >> 8), (byte)reader.ErrorCode]);
                    return events;
                }
            }
        }

        return events;
    }

    /// <summary>The code of the error, 0 for none.</summary>
    public static int ErrorOf(params byte[][] reads)
    {
        var last = Read(reads).LastOrDefault();
        return last.Event == FrameEvent.Error ? (last.Payload[0] << 8) | last.Payload[1] : 0;
    }
}
