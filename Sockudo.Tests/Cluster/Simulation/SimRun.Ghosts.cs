namespace Sockudo.Tests.Cluster.Simulation;

/// <summary>
/// All along: once links and nodes are undisturbed, no node shows a member for longer than it takes to find a node dead, though
/// processes end and clients come and go meanwhile.
/// </summary>
internal sealed partial class SimRun
{
    private const int SampleMs = 200;

    private readonly Dictionary<(string Channel, string User), long> _lastPresent = [];
    private int _disturbances;
    private long _undisturbedSince;

    // A node is dead after twice the timeout at most, and a cleanup; a heartbeat is on its way and a user in its grace.
    private long GhostBoundMs =>
        (2 * _world.Health.NodeTimeoutMs) + _world.Health.CleanupIntervalMs + (2 * _world.Health.HeartbeatIntervalMs) + _schedule.LeaveGraceMs;

    private static bool Disturbs(SimFault fault) => fault.Kind is not (FaultKind.Crash or FaultKind.Stop or FaultKind.Restart or FaultKind.Duplication);

    private void Disturb(SimFault fault, int change)
    {
        if (!Disturbs(fault)) return;
        _disturbances += change;
        _undisturbedSince = _world.Clock.Now;
    }

    private void WatchForGhosts(long until)
    {
        for (var at = 0L; at <= until; at += SampleMs) _world.At(at, Sample);
    }

    private void Sample()
    {
        var now = _world.Clock.Now;
        List<SimNode> up = [.. _world.Nodes.Where(static node => node is { IsUp: true })];
        foreach (var subscription in up.SelectMany(static node => node.Clients).SelectMany(static client => client.Subscriptions))
        {
            if (subscription.UserId is { } user) _lastPresent[(subscription.Channel, user)] = now;
        }

        if (_disturbances > 0 || now - _undisturbedSince <= GhostBoundMs) return;
        foreach (var node in up)
        {
            if (!node.Core.IsReady(out _)) continue;
            foreach (var channel in Channels)
            {
                foreach (var user in node.Adapter.Members(_world.App, channel))
                {
                    if (!_lastPresent.TryGetValue((channel, user), out var last)) _lastPresent[(channel, user)] = last = now;
                    if (now - last > GhostBoundMs) Fail(node, $"still has {user} on {channel} at {now}, who was there last at {last}");
                }
            }
        }
    }
}
