using System.Runtime.InteropServices;

namespace Sockudo.LoadTest.Native;

/// <summary>
/// An edge-triggered epoll. Each socket is watched for reading, writing and its end; <see cref="Take()"/> returns the tags of
/// those with news. Owned by the one thread of the program.
/// </summary>
internal sealed class Poller
{
    private const int Batch = 128;
    private const int Add = 1;
    private const uint In = 0x1;
    private const uint Out = 0x4;
    private const uint PeerClosed = 0x2000;
    private const uint EdgeTriggered = 1u << 31;

    // The kernel packs the structure on x86-64 only.
    private static readonly int Stride = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly int _epoll = Libc.EpollCreate(0x80000);
    private readonly byte[] _events = new byte[Batch * 16];

    /// <summary>Watches a socket under a tag.</summary>
    public void Watch(int fd, long tag)
    {
        Span<byte> registration = stackalloc byte[16];
        MemoryMarshal.Write(registration, In | Out | PeerClosed | EdgeTriggered);
        MemoryMarshal.Write(registration[(Stride - 8)..], tag);
        if (Libc.EpollControl(_epoll, Add, fd, registration) != 0) throw new InvalidOperationException($"epoll_ctl failed: errno {Marshal.GetLastPInvokeError()}");
    }

    /// <summary>How many sockets have news now; does not wait.</summary>
    public int Take() => Math.Max(0, Libc.EpollWait(_epoll, _events, Batch, 0));

    /// <summary>How many sockets have news within a time.</summary>
    public int Take(long nanoseconds)
    {
        var descriptor = new PollDescriptor { Descriptor = _epoll, Events = 1 };
        return Libc.PreciseWait(ref descriptor, 1, new TimeSpec(nanoseconds), 0) > 0 ? Take() : 0;
    }

    /// <summary>The tag of one of the sockets taken, and whether it can be written and read.</summary>
    public (long Tag, bool Writable, bool Readable) this[int index]
    {
        get
        {
            var entry = _events.AsSpan(index * Stride, Stride);
            var events = MemoryMarshal.Read<uint>(entry);
            return (MemoryMarshal.Read<long>(entry[(Stride - 8)..]), (events & Out) != 0, (events & ~(Out | EdgeTriggered)) != 0);
        }
    }
}
