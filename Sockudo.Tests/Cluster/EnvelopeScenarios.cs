using Sockudo.Tests.Cluster.Simulation;
using Xunit;

namespace Sockudo.Tests.Cluster;

/// <summary>Who understands whom: prefixes, secrets, partition counts, versions, labels (issue 3 part 4).</summary>
public sealed class EnvelopeScenarios : ClusterScenario
{
    [Fact]
    public void Two_prefixes_on_one_broker_never_hear_each_other()
    {
        var world = Two(static options => options.Prefix = "other:");
        Assert.All(world.Nodes, static node => Assert.Empty(node.Core.Status().Nodes));
        Assert.All(world.Nodes, static node => Assert.Equal(0, node.Core.Counters.Refused));
    }

    [Fact]
    public void Nodes_with_one_secret_understand_each_other()
    {
        var world = Settled(new SimWorld(2, 71, static options => options.Secret = "correct horse"));
        Join(world, 0, "presence-room", "ada");
        world.Run(100);
        Assert.Equal("ada", Members(world.Nodes[1], world, "presence-room"));
    }

    [Theory]
    [InlineData("another")]
    [InlineData("")]
    public void Another_secret_is_refused_and_said(string secret)
    {
        var logs = new LogTap();
        var world = Two(options => options.Secret = secret, static options => options.Secret = "correct horse", logs);
        Assert.All(world.Nodes, static node => Assert.Empty(node.Core.Status().Nodes));
        Assert.Equal(2, logs.Errors.Count(static error => error.Contains("adapter.cluster_secret", StringComparison.Ordinal)));
    }

    [Fact]
    public void Another_partition_count_is_refused_and_said()
    {
        var logs = new LogTap();
        var world = Two(static options => options.Partitions = 2, logs: logs);
        Assert.All(world.Nodes, static node => Assert.Empty(node.Core.Status().Nodes));
        Assert.Equal(2, logs.Errors.Count(static error => error.Contains("number of partitions", StringComparison.Ordinal)));
    }

    [Fact]
    public void Another_major_version_is_refused_and_said_once()
    {
        var logs = new LogTap();
        var world = new SimWorld(2, 74) { Logs = logs };
        world.Filter = static (from, _, bytes) =>
        {
            if (from.Index == 1) bytes[4] = 2;
            return true;
        };
        world.StartAll();
        world.Run(5000);
        Assert.Empty(world.Nodes[0].Core.Status().Nodes);
        Assert.Single(logs.Errors, static error => error.Contains("major version", StringComparison.Ordinal));
    }

    [Fact]
    public void A_newer_minor_version_is_understood()
    {
        var world = new SimWorld(2, 75);
        world.Filter = static (from, _, bytes) =>
        {
            if (from.Index == 1) bytes[5] = 9;
            return true;
        };
        world.StartAll();
        world.Run(3000);
        Join(world, 1, "presence-room", "ada");
        world.Run(100);
        Assert.Equal("ada", Members(world.Nodes[0], world, "presence-room"));
    }

    [Fact]
    public void Two_live_nodes_with_one_label_are_an_error_that_is_said()
    {
        var logs = new LogTap();
        var world = new SimWorld(2, 76) { Logs = logs };
        world.Start(0, "web-1");
        world.Start(1, "web-1");
        world.Run(3000);
        Assert.Contains(logs.Errors, static error => error.Contains("web-1", StringComparison.Ordinal));
    }

    [Fact]
    public void The_status_says_who_hears_whom_how_fast_and_what_was_repaired()
    {
        var world = Settled(new SimWorld(3, 77));
        Join(world, 1, "news");
        world.Run(200);
        world.SetLoss(0, 1, 1);
        Publish(world, 0, "news", 5);
        world.SetLoss(0, 1, 0);
        world.Run(1500);
        var status = world.Nodes[1].Core.Status();
        var link = status.Nodes.Single(static node => node.Label == "node-0").Links[0];
        Assert.Equal((true, true, 1L, 5L, 0L, 0UL), (status.IsJoined, status.IsProven, link.Gaps, link.Repaired, link.Lost, link.Lag));
        Assert.InRange(status.Partitions[0].ProofLatencyMs, 1, 8);
        Assert.InRange(link.HearsUsAgoMs, 0, 1100);
        Assert.Contains(world.Nodes[2].Core.Id.ToString(), link.Hears);
    }

    private static SimWorld Two(
        Action<Server.Adapters.ClusterOptions> second, Action<Server.Adapters.ClusterOptions>? first = null, LogTap? logs = null)
    {
        var world = new SimWorld(2, 70, first) { Logs = logs };
        world.Start(0);
        world.Configure = second;
        world.Start(1);
        world.Run(5000);
        return world;
    }
}
