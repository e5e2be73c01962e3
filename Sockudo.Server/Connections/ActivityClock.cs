namespace Sockudo.Server.Connections;

/// <summary>
/// When a connection last said something and when it was last asked to. Written by its loop and by the sweep, read by the
/// sweep; all values are <see cref="TimeProvider.GetTimestamp"/>, 0 for never. Thread-safe.
/// </summary>
internal sealed class ActivityClock
{
    private long _lastReceived;
    private long _pingSent;
    private long _nativePingSent;

    public long LastReceived => Volatile.Read(ref _lastReceived);

    /// <summary>When <c>pusher:ping</c> was sent and not answered since.</summary>
    public long PingSent => Volatile.Read(ref _pingSent);

    public long NativePingSent => Volatile.Read(ref _nativePingSent);

    /// <summary>Anything came from the client, a control frame included: it is alive, whatever was asked.</summary>
    public void Received(long now)
    {
        Volatile.Write(ref _lastReceived, now);
        if (PingSent != 0) Volatile.Write(ref _pingSent, 0);
    }

    public void PingWasSent(long now) => Volatile.Write(ref _pingSent, now);

    public void NativePingWasSent(long now) => Volatile.Write(ref _nativePingSent, now);
}
