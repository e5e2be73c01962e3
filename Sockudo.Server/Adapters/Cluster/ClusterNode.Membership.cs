namespace Sockudo.Server.Adapters.Cluster;

/// <summary>Beginning, time passing, leaving.</summary>
internal sealed partial class ClusterNode
{
    /// <summary>A hello that came back and was not answered for this long: there is nobody. Unit: milliseconds.</summary>
    private const int AloneAfterMs = 1000;

    /// <summary>One slow client does not hold up the catching up for longer than this. Unit: milliseconds.</summary>
    private const int LongestPauseMs = 1000;

    private readonly bool _countsSubscriptions = true;
    private volatile bool _isJoined;
    private bool _isProven;
    private bool _isLeaving;
    private bool _mayDeclare;
    private bool _isDriverConnected = true;

    // A connection is not replaced before: nothing that was said over it had the time to come back.
    private long _judgeConnectionAt;
    private long _mayDeclareSince = long.MaxValue;
    private long _readySince;
    private long _lastTick;
    private long _nextCleanup;

    // Before the start nothing was said that could come back: a probe that asks so early must not replace the connection.
    private long _reconnectAt = long.MaxValue;
    private long _reconnectWait;
    private string _unprovenWhy = "the node has not joined yet";
    private string? _stuckWhy;
    private bool _isStuckTold;

    /// <summary>Whether counts are replicated, or only whether there is a subscription.</summary>
    public bool CountsSubscriptions
    {
        init => _countsSubscriptions = value;
    }

    /// <summary>Whether the node knows what the others had when it came. Thread-safe, without a lock.</summary>
    public bool IsJoined => _isJoined;

    private long HeartbeatMs => _health.HeartbeatIntervalMs;

    private long FreshMs => 2 * HeartbeatMs;

    /// <summary>Begins: says hello as soon as the broker takes it.</summary>
    public void Start()
    {
        lock (_gate)
        {
            var now = _clock.Milliseconds;
            _lastTick = now;
            _nextCleanup = now + _health.CleanupIntervalMs;
            _reconnectAt = now + (4 * HeartbeatMs);
            for (var i = 0; i < _partitions; i++) SayHello(i, now);
        }
    }

    /// <summary>Lets time pass. To be called a few times within each heartbeat interval.</summary>
    public void Tick()
    {
        lock (_gate)
        {
            var now = _clock.Milliseconds;

            // Whoever slept knows nothing of the meantime.
            if (now - _lastTick > FreshMs) (_mayDeclareSince, _judgeConnectionAt) = (now, now + FreshMs);
            _lastTick = now;
            for (var i = 0; i < _partitions; i++) BeatIfDue(i, now);
            Evaluate(now);
            Repeat(now);
            if (now >= _nextCleanup)
            {
                _nextCleanup = now + _health.CleanupIntervalMs;
                CleanUp(now);
            }

            ReadOwners(now);
        }
    }

    /// <summary>The driver's belief about its connection changed.</summary>
    public void DriverChanged(bool isConnected)
    {
        lock (_gate)
        {
            if (isConnected && !_isDriverConnected)
            {
                var now = _clock.Milliseconds;
                _judgeConnectionAt = now + FreshMs;
                for (var i = 0; i < _partitions; i++)
                {
                    _lanes[i].MustResend = true;
                    _lanes[i].IsHeartbeatDue = true;
                    if (_lanes[i].HelloEchoedAt is null) SayHello(i, now);
                    Pending(i);
                }
            }

            _isDriverConnected = isConnected;
        }
    }

    /// <summary>Says goodbye after everything appended by now was sent.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _isLeaving = true;
            for (var i = 0; i < _partitions; i++)
            {
                _lanes[i].IsGoodbyeDue = true;
                Pending(i);
            }
        }
    }

    private void SayHello(int partition, long now)
    {
        var lane = _lanes[partition];
        lane.IsHelloDue = true;
        lane.HelloSentAt = now;
        if (lane.HelloNonce == 0) lane.HelloNonce = ++_lastNonce;
        Pending(partition);
    }

    private void BeatIfDue(int partition, long now)
    {
        var lane = _lanes[partition];
        if (_isLeaving) return;
        if (lane.HelloEchoedAt is null && now - lane.HelloSentAt >= Math.Min(HeartbeatMs, AloneAfterMs)) SayHello(partition, now);
        if (now < lane.NextHeartbeatAt) return;
        lane.NextHeartbeatAt = now + HeartbeatMs;
        lane.IsHeartbeatDue = true;
        Pending(partition);
    }

    private bool HasEcho(int partition, long now) => now - _echoes[partition].EchoSentAt <= FreshMs;

    private long ReadyForMs(long now) => _isJoined && _isProven ? now - _readySince : -1;
}
