using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>What runs while a fault is made. The long form has the sizes the bars are stated for; the short form is for every run.</summary>
internal sealed record FaultLoad
{
    /// <summary>Channels, each with a publisher of its own, pinned to one node.</summary>
    public const int Channels = 50;

    /// <summary>How often a node publishes one batch.</summary>
    public static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(30);

    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("SOCKUDO_TEST_ALL") == "1";

    /// <summary>The one that was asked for.</summary>
    public static FaultLoad Current { get; } = IsLong
        ? new FaultLoad
        {
            ChannelsPerTurn = 10,
            Users = 200,
            ChurnPeriod = TimeSpan.FromMilliseconds(10),
            Events = 15,
            Rooms = ["presence-hall", "presence-stage", "presence-bar", "presence-yard"],
        }
        : new FaultLoad
        {
            ChannelsPerTurn = 7,
            Users = 30,
            ChurnPeriod = TimeSpan.FromMilliseconds(25),
            Events = 8,
            Rooms = ["presence-hall", "presence-stage"],
        };

    /// <summary>Channels of a node that get an event in one turn: 10 make 1,000 events a second of three nodes, 7 make 700.</summary>
    public required int ChannelsPerTurn { get; init; }

    /// <summary>Presence users who come, go and move, one step a period.</summary>
    public required int Users { get; init; }

    public required TimeSpan ChurnPeriod { get; init; }

    public required IReadOnlyList<string> Rooms { get; init; }

    /// <summary>Events on every channel that make a running load.</summary>
    public required int Events { get; init; }

    /// <summary>Keys of the nodes beside those of the driver.</summary>
    public Action<ServerSetup> Configure { get; init; } = static _ => { };

    /// <summary>Events a second of three nodes.</summary>
    public double Rate => 3 * ChannelsPerTurn / Turn.TotalSeconds;
}
