using Sockudo.Server.Backplane;

namespace Sockudo.Server.Adapters.Cluster.Streams;

/// <summary>
/// Tells "later" from "never" for batches a broker does not take. A batch it refuses is halved until one entry is left; when that
/// entry fails again and again although heartbeats pass in between, the broker will never take it. Failures without a heartbeat
/// between them say that the broker is away, and nothing about the batch. Guarded by the cluster node's lock.
/// </summary>
internal sealed class BatchRefusals
{
    private const int RefusalsUntilNever = 3;

    // A lost connection or a missed deadline may have other causes than the entry.
    private const int FailuresUntilNever = 10;

    private int _maxEntries = int.MaxValue;
    private ulong _suspect;
    private int _failures;
    private int _failuresInTurn;
    private bool _heartbeatPassed = true;

    /// <summary>How many entries the next batch may have.</summary>
    public int MaxEntries => _maxEntries;

    /// <summary>Whether heartbeats pass while batches do not.</summary>
    public bool IsRefusing => _failuresInTurn >= 2;

    /// <summary>The broker took a heartbeat.</summary>
    public void HeartbeatTaken() => _heartbeatPassed = true;

    /// <summary>The broker took these entries.</summary>
    public void Taken(ulong first, ulong last)
    {
        _failuresInTurn = 0;
        if (_maxEntries != int.MaxValue) _maxEntries = _maxEntries >= 4096 ? int.MaxValue : _maxEntries * 2;
        if (first <= _suspect && _suspect <= last) _failures = 0;
    }

    /// <summary>The broker did not take these entries; true when it never will take the one there is.</summary>
    public bool Failed(ulong first, ulong last, PublishResult result)
    {
        var isRefusal = result == PublishResult.Failed;
        if (!isRefusal && !_heartbeatPassed) return false;
        if (_heartbeatPassed) _failuresInTurn++;
        var isEvidence = _heartbeatPassed;
        _heartbeatPassed = false;
        if (first != last)
        {
            _maxEntries = (int)Math.Max(1, (last - first + 1) / 2);
            return false;
        }

        if (_suspect != first) (_suspect, _failures) = (first, 0);
        if (isEvidence) _failures++;
        if (_failures < (isRefusal ? RefusalsUntilNever : FailuresUntilNever)) return false;
        _failures = _failuresInTurn = 0;
        return true;
    }
}
