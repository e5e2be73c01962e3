using System.Collections.Concurrent;
using Sockudo.Server.Apps;

namespace Sockudo.Server.Channels;

/// <summary>The channels that have a subscriber, here or on a node whose state is replicated here. Thread-safe.</summary>
internal sealed class ChannelRegistry(CachedEvents cachedEvents, IOccupancyObserver observer, IChannelStream? stream = null, LeaveGrace? grace = null)
{
    private readonly ConcurrentDictionary<(string AppId, string Channel), Channel> _channels = new();

    /// <summary>The cached events of cache channels.</summary>
    public CachedEvents CachedEvents => cachedEvents;

    /// <summary>Every channel, without a lock.</summary>
    public IEnumerable<Channel> All => _channels.Select(static pair => pair.Value);

    /// <summary>A channel that has subscribers.</summary>
    public Channel? Find(App app, string channel) => _channels.GetValueOrDefault((app.Id, channel));

    /// <summary>The channel, made when there is none. It may be given up between this call and its use: it then says so, and the caller asks again.</summary>
    public Channel GetOrAdd(App app, ChannelName channel) =>
        _channels.GetOrAdd((app.Id, channel.Value), static (_, a) => new Channel(a.app, a.channel, a.cachedEvents, a.observer, a.stream, a.grace),
            (app, channel, cachedEvents, observer, stream, grace));

    /// <summary>Ends the graces that are over, and forgets the channels that are empty with them.</summary>
    public void EndLeaves()
    {
        foreach (var channel in grace?.EndDue() ?? [])
        {
            if (channel.IsGone) Forget(channel);
        }
    }

    /// <summary>Forgets a channel that was given up.</summary>
    public void Forget(Channel channel) =>
        _channels.TryRemove(new KeyValuePair<(string, string), Channel>((channel.App.Id, channel.Name.Value), channel));
}
