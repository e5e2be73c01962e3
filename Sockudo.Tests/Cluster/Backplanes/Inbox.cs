using System.Buffers.Binary;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Cluster.Backplanes;

/// <summary>What a handler got, in the order in which it got it.</summary>
internal sealed class Inbox
{
    /// <summary>The publisher of messages that are not part of a case.</summary>
    public const int Probe = -1;

    private readonly Lock _gate = new();
    private readonly List<(int Publisher, int Number)> _messages = [];
    private readonly HashSet<int> _probes = [];
    private int _inside;

    /// <summary>What came damaged, or while another call was at work.</summary>
    public int Damaged { get; private set; }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _messages.Count;
            }
        }
    }

    public IReadOnlyList<int> From(int publisher)
    {
        lock (_gate)
        {
            return [.. _messages.Where(message => message.Publisher == publisher).Select(static message => message.Number)];
        }
    }

    public bool GotProbe(int number)
    {
        lock (_gate)
        {
            return _probes.Contains(number);
        }
    }

    public Task HasAsync(int count) => Eventually.TrueAsync(() => Count >= count, $"{count} messages", TestNode.Deadline, () => $"There are {Count}.");

    public Task HasFromAsync(int publisher, int number) =>
        Eventually.TrueAsync(() => From(publisher).Contains(number), $"the message {number} of {publisher}", TestNode.Deadline, () => $"There are {string.Join(',', From(publisher))}.");

    public void Take(ReadOnlySpan<byte> message)
    {
        var alone = Interlocked.Increment(ref _inside) == 1;
        var publisher = BinaryPrimitives.ReadInt32LittleEndian(message);
        var number = BinaryPrimitives.ReadInt32LittleEndian(message[4..]);
        var whole = BinaryPrimitives.ReadInt32LittleEndian(message[8..]) == message.Length && !message[12..].ContainsAnyExcept((byte)number);
        if (!alone || !whole)
        {
            Damaged++;
        }

        lock (_gate)
        {
            if (publisher == Probe)
            {
                _probes.Add(number);
            }
            else
            {
                _messages.Add((publisher, number));
            }
        }

        Interlocked.Decrement(ref _inside);
    }
}
