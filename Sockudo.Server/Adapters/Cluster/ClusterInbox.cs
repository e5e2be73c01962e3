namespace Sockudo.Server.Adapters.Cluster;

/// <summary>
/// Messages from the broker that wait to be applied, in the order of their arrival. Bounded by bytes: when full the newest are
/// dropped and counted (<see cref="Dropped"/>); what they held is repaired like any other gap. Thread-safe.
/// </summary>
internal sealed class ClusterInbox(int maxBytes) : IDisposable
{
    private readonly Lock _gate = new(); // guards everything below
    private readonly SemaphoreSlim _arrived = new(0, 1);
    private List<byte[]> _messages = [];
    private long _bytes;
    private long _dropped;

    /// <summary>Messages dropped because too much was waiting.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Takes a copy of a message. Never waits.</summary>
    public void Add(ReadOnlySpan<byte> message)
    {
        lock (_gate)
        {
            // One always fits, or a node could never take a message that is larger than its inbox.
            if (_messages.Count > 0 && _bytes + message.Length > maxBytes)
            {
                _dropped++;
                return;
            }

            _bytes += message.Length;
            _messages.Add(message.ToArray());
            if (_messages.Count > 1) return;
        }

        Wake();
    }

    /// <summary>Waits for messages and swaps them for an empty list.</summary>
    public async ValueTask<List<byte[]>> TakeAsync(List<byte[]> empty, CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_messages.Count > 0)
                {
                    (var taken, _messages) = (_messages, empty);
                    _bytes = 0;
                    return taken;
                }
            }

            await _arrived.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => _arrived.Dispose();

    private void Wake()
    {
        try
        {
            _arrived.Release();
        }
        catch (SemaphoreFullException)
        {
            // Awake already.
        }
    }
}
