using System.IO.Hashing;
using System.Runtime.InteropServices;
using Sockudo.Server.Apps;

namespace Sockudo.Server.Messaging;

/// <summary>
/// An idempotency key as the cluster carries it: a hash of the app with its secret, the key, the event's place in its batch and the channel.
/// Without the secret another app could choose a key of the same hash, and this app's event would be taken for a repetition. The default is no key.
/// </summary>
internal readonly record struct IdempotencySeed
{
    private readonly long _seed;
    private readonly bool _isSet;

    private IdempotencySeed(long seed)
    {
        _seed = seed;
        _isSet = true;
    }

    /// <summary>The seed of one event; <paramref name="index"/> is its place in the batch. No key gives the default.</summary>
    public static IdempotencySeed Of(App app, string? key, int index = 0) =>
        key is null ? default : new IdempotencySeed((long)XxHash3.HashToUInt64(MemoryMarshal.AsBytes($"{app.Id}\n{app.Secret}\n{key}".AsSpan()), index));

    /// <summary>The hash for a channel; 0 when there is no key, and only then.</summary>
    public ulong For(string channel)
    {
        if (!_isSet) return 0;
        var hash = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(channel.AsSpan()), _seed);
        return hash == 0 ? 1 : hash;
    }
}
