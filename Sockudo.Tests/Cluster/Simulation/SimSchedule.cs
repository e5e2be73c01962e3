using System.Globalization;

namespace Sockudo.Tests.Cluster.Simulation;

internal enum FaultKind
{
    Loss,
    Delay,
    Duplication,
    Partition,
    OneWay,
    EchoOnly,
    BrokerAway,
    NodeAway,
    Pause,
    Crash,
    Stop,
    Restart,
}

/// <summary>Something that goes wrong, from when until when, with whom.</summary>
internal sealed record SimFault(FaultKind Kind, int From, int Until, int A, int B, double Amount)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From,6}-{Until,-6} {Kind} node {A} {B} {Amount:0.00}");
}

/// <summary>Something a client or backend does.</summary>
internal readonly record struct SimStep(int At, int Node, int What, int X, int Y);

/// <summary>Everything that happens in one simulated run; a function of its seed.</summary>
internal sealed record SimSchedule(int Seed, int Nodes, int Duration, bool HasSlowRing, int LeaveGraceMs, int DirectDelayMs, int Partitions, IReadOnlyList<SimFault> Faults, IReadOnlyList<SimStep> Steps)
{
    /// <summary>A client comes for a moment: <see cref="SimStep.What"/> of a visit.</summary>
    public const int Visit = 100;

    // A schedule that was not shortened has hundreds of steps, which tell nobody anything.
    private const int MostShown = 40;

    public static SimSchedule Generate(int seed)
    {
        var random = new Random(seed);
        var nodes = random.Next(3, 8) is var n && n == 7 ? random.Next(7, 10) : n;
        var duration = random.Next(4000, 9000);
        var faults = new List<SimFault>();
        var count = random.Next(0, 6);
        for (var i = 0; i < count; i++)
        {
            var from = random.Next(1500, duration);
            var a = random.Next(nodes);
            faults.Add(new SimFault(
                (FaultKind)random.Next(12), from, from + (random.Next(4) == 0 ? random.Next(2500, 7000) : random.Next(50, 1800)),
                a, (a + random.Next(1, nodes)) % nodes, random.NextDouble()));
        }

        var steps = new List<SimStep>();
        for (var at = 0; at < duration; at += random.Next(1, 40))
            steps.Add(new SimStep(at, random.Next(nodes), random.Next(100), random.Next(1 << 20), random.Next(1 << 20)));
        return new SimSchedule(seed, nodes, duration, random.Next(8) == 0, random.Next(6) == 0 ? 300 : 0, random.Next(3) == 0 ? 150 : 0, random.Next(5) == 0 ? 3 : 1, faults, steps);
    }

    /// <summary>A life in which processes die, one soon after the other, once the cluster has formed.</summary>
    public static SimSchedule GenerateDeaths(int seed)
    {
        const int Formed = 6000;
        var random = new Random(seed);
        var life = Generate(seed);
        var deaths = Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
        {
            var from = Formed + 1500 + random.Next(6000);
            var kind = random.Next(3) == 0 ? FaultKind.Restart : FaultKind.Crash;
            return new SimFault(kind, from, from + random.Next(50, 3000), random.Next(life.Nodes), 0, 0);
        }).ToList();

        // What comes and goes just before a death is what its owner may have told without saying so.
        var visits = deaths.SelectMany(death => Enumerable.Range(0, 8).Select(_ => new SimStep(
            death.From - random.Next(20, 120), (death.A + random.Next(1, life.Nodes)) % life.Nodes, Visit, random.Next(1 << 20), random.Next(1 << 20))));
        return life with
        {
            Duration = life.Duration + Formed,
            Faults = deaths,
            Steps = [.. life.Steps.Select(static step => step with { At = step.At + Formed }).Concat(visits)],
        };
    }

    public override string ToString() =>
        $"seed {Seed}: {Nodes} nodes, {Duration} ms, {Steps.Count} steps{(HasSlowRing ? ", slow ring" : "")}{(LeaveGraceMs > 0 ? ", grace" : "")}{(DirectDelayMs > 0 ? ", slow answers" : "")}{(Partitions > 1 ? ", partitioned" : "")}\n" +
        string.Join('\n', Faults.Select(static fault => "  " + fault)) +
        (Steps.Count > MostShown ? "" : "\n" + string.Join('\n', Steps.Select(static step => "  " + step)));
}
