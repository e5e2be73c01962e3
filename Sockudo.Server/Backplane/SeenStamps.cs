using System.Buffers.Binary;

namespace Sockudo.Server.Backplane;

/// <summary>What a subscription has taken of each publisher. A publisher's messages come in its order, so a number that is not higher has been there. Owned by the subscription's queue.</summary>
internal sealed class SeenStamps
{
    // A publisher is a connection of a peer; far more than there can be at once.
    private const int MaxPublishers = 4096;

    private readonly Dictionary<ulong, ulong> _highest = [];

    /// <summary>Takes the stamp off; false when the message came before, or bears none.</summary>
    public bool TryTake(ref ReadOnlySpan<byte> message)
    {
        if (message.Length < MessageStamps.Length) return false;
        var publisher = BinaryPrimitives.ReadUInt64LittleEndian(message);
        var number = BinaryPrimitives.ReadUInt64LittleEndian(message[sizeof(ulong)..]);
        if (_highest.TryGetValue(publisher, out var highest) && number <= highest) return false;
        if (_highest.Count >= MaxPublishers) _highest.Clear();
        _highest[publisher] = number;
        message = message[MessageStamps.Length..];
        return true;
    }
}
