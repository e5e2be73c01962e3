using System.Diagnostics;
using System.Globalization;
using Sockudo.Server.Adapters.Cluster;
using Xunit;

namespace Sockudo.Tests.Cluster.Simulation;

/// <summary>
/// Many random lives of a cluster. 200 seeds (100 of deaths); 5,000 with SOCKUDO_TEST_ALL=1; one with SOCKUDO_SIM_SEED=n.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    [Fact]
    public void Whatever_happens_nothing_is_lost_doubled_or_left_behind() => LiveAll(200, SimSchedule.Generate);

    [Fact]
    public void Whichever_processes_die_the_outside_is_left_with_the_truth() => LiveAll(100, SimSchedule.GenerateDeaths);

    private void LiveAll(int seedsOfAShortRun, Func<int, SimSchedule> generate)
    {
        var watch = Stopwatch.StartNew();
        var seeds = Seeds(seedsOfAShortRun);
        var total = new ClusterCounters();
        foreach (var seed in seeds)
        {
            var schedule = generate(seed);
            if (Run(schedule, total) is not { Count: > 0 } violations) continue;
            var shortest = Shorten(schedule);
            var shown = Run(shortest) is { Count: > 0 } found ? found : violations;
            Assert.Fail(
                string.Join('\n', shown.Take(10)) + "\n" +
                $"shortened from {schedule.Faults.Count} faults and {schedule.Steps.Count} steps to {shortest}\n" +
                $"replay: SOCKUDO_SIM_SEED={seed} dotnet test Sockudo.Tests --filter {nameof(SimulationTests)}");
        }

        output.WriteLine($"{seeds.Count} seeds in {watch.Elapsed.TotalSeconds:0.0} s, {watch.Elapsed.TotalMilliseconds / seeds.Count:0.0} ms each");
        output.WriteLine(
            $"{total.Sent} messages, {total.Gaps} gaps found, {total.Repaired} entries repaired, {total.Lost} lost and counted, " +
            $"{total.RequestsSent} requests ({total.RequestsRepeated} repeated), {total.Deaths} deaths, {total.Reconnects} reconnects");
    }

    [Fact]
    public void A_seed_is_the_same_life_each_time()
    {
        var first = new SimRun(SimSchedule.Generate(7));
        var second = new SimRun(SimSchedule.Generate(7));
        first.Execute();
        second.Execute();
        Assert.Equal(first.World.Published, second.World.Published);
        Assert.Equal(
            first.World.Nodes.Select(static node => node.Core.Counters.ReceivedBytes),
            second.World.Nodes.Select(static node => node.Core.Counters.ReceivedBytes));
    }

    private static List<int> Seeds(int ofAShortRun)
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("SOCKUDO_SIM_SEED"), CultureInfo.InvariantCulture, out var one)) return [one];
        var count = Environment.GetEnvironmentVariable("SOCKUDO_TEST_ALL") == "1" ? 5000 : ofAShortRun;
        return [.. Enumerable.Range(1, count)];
    }

    private static List<string> Run(SimSchedule schedule, ClusterCounters? total = null)
    {
        try
        {
            var run = new SimRun(schedule);
            var violations = run.Execute();
            foreach (var counters in run.World.Nodes.Select(static node => node.Core.Counters)) total?.Add(counters);
            return violations;
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            return [$"threw {e}"];
        }
    }

    /// <summary>Leaves out faults, then steps, as long as it still fails.</summary>
    private static SimSchedule Shorten(SimSchedule schedule)
    {
        for (var i = schedule.Faults.Count - 1; i >= 0; i--)
        {
            var without = schedule with { Faults = [.. schedule.Faults.Where((_, at) => at != i)] };
            if (Run(without).Count > 0) schedule = without;
        }

        for (var part = schedule.Steps.Count / 2; part >= 4; part /= 2)
        {
            for (var from = 0; from < schedule.Steps.Count; from += part)
            {
                var at = from;
                var size = part;
                var without = schedule with { Steps = [.. schedule.Steps.Where((_, i) => i < at || i >= at + size)] };
                if (without.Steps.Count < schedule.Steps.Count && Run(without).Count > 0)
                {
                    schedule = without;
                    from -= part;
                }
            }
        }

        return schedule;
    }
}
