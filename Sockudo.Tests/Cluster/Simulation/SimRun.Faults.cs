namespace Sockudo.Tests.Cluster.Simulation;

/// <content>The faults of a schedule, and their ends.</content>
internal sealed partial class SimRun
{
    private void Begin(SimFault fault)
    {
        var n = _schedule.Nodes;
        var node = _world.Nodes[fault.A];
        switch (fault.Kind)
        {
            case FaultKind.Loss:
                for (var i = 0; i < n; i++) SetLossBothWays(fault.A, i, fault.Amount * 0.4);
                break;
            case FaultKind.Delay:
                for (var i = 0; i < n; i++) _world.SetDelay(fault.A, i, 10, 10 + (int)(fault.Amount * 300));
                break;
            case FaultKind.Duplication:
                _world.Duplication = fault.Amount;
                break;
            case FaultKind.Partition:
                for (var i = 0; i < n; i++)
                {
                    for (var j = 0; j < n; j++)
                    {
                        if ((i % 2 == fault.A % 2) != (j % 2 == fault.A % 2)) _world.SetLoss(i, j, 1);
                    }
                }

                break;
            case FaultKind.OneWay:
                _world.SetLoss(fault.A, fault.B, 1);
                break;
            case FaultKind.EchoOnly:
                for (var i = 0; i < n; i++)
                {
                    if (i != fault.A) SetLossBothWays(fault.A, i, 1);
                }

                break;
            case FaultKind.BrokerAway:
                foreach (var each in _world.Nodes.Where(static each => each is not null)) _world.SetConnected(each, false);
                break;
            case FaultKind.NodeAway when node is not null:
                _world.SetConnected(node, false);
                break;
            case FaultKind.Pause when node is not null:
                SimWorld.Pause(node);
                break;
            case FaultKind.Crash or FaultKind.Restart when node is { IsUp: true }:
                _ended.Add(node.Origin);
                _world.Crash(node);
                break;
            case FaultKind.Stop when node is { Runs: true }:
                _ended.Add(node.Origin);
                _world.Stop(node);
                break;
        }
    }

    private void EndFault(SimFault fault)
    {
        var n = _schedule.Nodes;
        switch (fault.Kind)
        {
            case FaultKind.Duplication:
                _world.Duplication = 0;
                break;
            case FaultKind.BrokerAway:
                foreach (var each in _world.Nodes.Where(static each => each is not null)) _world.SetConnected(each, true);
                break;
            case FaultKind.NodeAway when _world.Nodes[fault.A] is { } node:
                _world.SetConnected(node, true);
                break;
            case FaultKind.Pause when _world.Nodes[fault.A] is { } node:
                _world.Resume(node);
                break;
            case FaultKind.Restart when _world.Nodes[fault.A] is { IsUp: false }:
                _world.Start(fault.A);
                break;
            default:
                for (var i = 0; i < n; i++)
                {
                    for (var j = 0; j < n; j++)
                    {
                        _world.SetLoss(i, j, 0);
                        _world.SetDelay(i, j, 1, 4);
                    }
                }

                break;
        }
    }

    private void SetLossBothWays(int a, int b, double probability)
    {
        _world.SetLoss(a, b, probability);
        _world.SetLoss(b, a, probability);
    }
}
