using System.Buffers;

namespace Sockudo.Tests.Unit.Harness;

/// <summary>Bytes cut into the segments of a sequence, as a pipe has them.</summary>
internal static class Segments
{
    public static ReadOnlySequence<byte> Of(params byte[][] parts)
    {
        if (parts.Length == 0) return ReadOnlySequence<byte>.Empty;
        var first = new Segment(parts[0], 0);
        var last = first;
        for (var i = 1; i < parts.Length; i++) last = last.Append(parts[i]);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    /// <summary>Cuts at random places; some segments may be empty.</summary>
    public static ReadOnlySequence<byte> Cut(byte[] bytes, Random random, int cuts)
    {
        var places = new List<int> { 0, bytes.Length };
        for (var i = 0; i < cuts; i++) places.Add(random.Next(bytes.Length + 1));
        places.Sort();
        var parts = new List<byte[]>();
        for (var i = 1; i < places.Count; i++) parts.Add(bytes[places[i - 1]..places[i]]);
        return Of([.. parts]);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] memory, long runningIndex)
        {
            Memory = memory;
            RunningIndex = runningIndex;
        }

        public Segment Append(byte[] memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
