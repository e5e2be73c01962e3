using Microsoft.Extensions.Logging;
using Sockudo.Server.Adapters;
using Sockudo.Server.Adapters.Cluster;
using Sockudo.Server.Adapters.Cluster.Membership;
using Sockudo.Server.Adapters.Cluster.State;
using Sockudo.Server.Adapters.Cluster.Streams;
using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Server.Adapters.Outside;
using Sockudo.Server.Apps;
using Sockudo.Server.Caching;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;
using Sockudo.Server.Hosting;

namespace Sockudo.Tests.Cluster.Simulation;

/// <summary>One server: the real adapter, channels and cluster node, without a broker client and without threads.</summary>
internal sealed class SimNode
{
    public SimNode(
        int index, int incarnation, UInt128 epoch, App app, SimTime time, ClusterOptions options, ClusterHealthOptions health, BrokerLimit limit,
        bool countsSubscriptions, List<string> violations, SimOutside outside, SimClock simClock, ILogger logger)
    {
        Index = index;
        Incarnation = incarnation;
        var clock = new ClusterClock(time, epoch);
        var streams = new StreamSet(options, clock, limit);
        var journal = new ChannelJournal(streams, clock, countsSubscriptions);
        Observer = new SimObserver($"{index}/{incarnation}", violations);
        Store = new SimStore(outside.By(Origin), simClock);
        var once = new OncePerCluster(Store, static (_, _) => true, time);
        Connections = new ConnectionRegistry();
        var cached = new CachedEvents(new MemoryCache<CachedFrame>(1000, time));
        var observers = new SimObservers(Observer, once);
        Channels = new ChannelRegistry(cached, observers, journal, new LeaveGrace(TimeSpan.FromMilliseconds(options.LeaveGraceMs), time));
        Users = new ClusterUsers(Connections, streams, clock, observers);
        var totals = new ConnectionTotals(Connections, streams, countsSubscriptions);
        View = new MergedView(Channels, Users, totals, new AdmittedKeys(clock), new AppDirectory(new MemoryAppManager([app])), streams, clock, once)
        {
            Order = static channels => channels.OrderBy(static channel => channel.Name.Value, StringComparer.Ordinal),
        };
        Core = new ClusterNode(new NodeId(epoch), options, health, limit, streams, View, clock, logger) { CountsSubscriptions = countsSubscriptions };
        Adapter = new HorizontalAdapter(Connections, View, Core, options, limit, once);
        Announcements = new StoredAnnouncements(new ClusterOwnership(Core, View, streams), () => Store.Noted, () => Store.StoredUpTo, static () => true, time);
        once.Ownership = Announcements;
        Streams = streams;
        Topics = [.. Core.Topics];
        Observer.IsJoined = () => Core.IsJoined;
    }

    public int Index { get; }

    public int Incarnation { get; }

    /// <summary>Names this process among all there ever were.</summary>
    public int Origin => (Index * 1000) + Incarnation;

    public ClusterNode Core { get; }

    public HashSet<string> Topics { get; }

    public HorizontalAdapter Adapter { get; }

    public StreamSet Streams { get; }

    public MergedView View { get; }

    public ClusterUsers Users { get; }

    public ChannelRegistry Channels { get; }

    public ConnectionRegistry Connections { get; }

    public SimObserver Observer { get; }

    /// <summary>Where what it tells is stored.</summary>
    public SimStore Store { get; }

    /// <summary>What it lets the others know of that.</summary>
    public StoredAnnouncements Announcements { get; }

    public List<SimClient> Clients { get; } = [];

    /// <summary>What came while the process was stopped.</summary>
    public Queue<byte[]> Waiting { get; } = new();

    public bool IsUp { get; set; } = true;

    public bool IsPaused { get; set; }

    public bool IsConnected { get; set; } = true;

    public bool Runs => IsUp && !IsPaused;
}
