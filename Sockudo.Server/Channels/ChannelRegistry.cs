using System.Collections.Concurrent;
using Sockudo.Server.Apps;

namespace Sockudo.Server.Channels;

/// <summary>The channels that have a subscriber, here or on a node whose state is replicated here, app by app. Thread-safe. An app's part stays once made: there are as many as apps.</summary>
internal sealed class ChannelRegistry(CachedEvents cachedEvents, IOccupancyObserver observer, IChannelStream? stream = null, LeaveGrace? grace = null)
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, Channel>> _apps = new(StringComparer.Ordinal);

    /// <summary>The cached events of cache channels.</summary>
    public CachedEvents CachedEvents => cachedEvents;

    /// <summary>Every channel, those that are only a way to reach a user too, without a lock.</summary>
    public IEnumerable<Channel> All => _apps.SelectMany(static app => app.Value).Select(static pair => pair.Value);

    /// <summary>The channels of all apps, as they are listed and counted; without a lock.</summary>
    public IEnumerable<Channel> Listed => All.Where(static channel => channel.Name.IsOfApp);

    /// <summary>The channels of an app, as they are listed and counted, at a cost of these only; without a lock.</summary>
    public IEnumerable<Channel> Of(App app) =>
        _apps.TryGetValue(app.Id, out var channels) ? channels.Select(static pair => pair.Value).Where(static channel => channel.Name.IsOfApp) : [];

    /// <summary>A channel that has subscribers.</summary>
    public Channel? Find(App app, string channel) => _apps.TryGetValue(app.Id, out var channels) ? channels.GetValueOrDefault(channel) : null;

    /// <summary>A channel that has subscribers, when it is the app's: what the app may be told of.</summary>
    public Channel? FindListed(App app, string channel) => Find(app, channel) is { Name.IsOfApp: true } found ? found : null;

    /// <summary>The channel, made when there is none. It may be given up between this call and its use: it then says so, and the caller asks again.</summary>
    public Channel GetOrAdd(App app, ChannelName channel) =>
        For(app).GetOrAdd(
            channel.Value,
            static (_, a) => new Channel(a.app, a.channel, a.cachedEvents, a.channel.IsOfApp ? a.observer : NoObserver.Instance, a.stream, a.grace),
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
    public void Forget(Channel channel) => For(channel.App).TryRemove(new KeyValuePair<string, Channel>(channel.Name.Value, channel));

    private ConcurrentDictionary<string, Channel> For(App app) =>
        _apps.TryGetValue(app.Id, out var channels)
            ? channels
            : _apps.GetOrAdd(app.Id, static _ => new ConcurrentDictionary<string, Channel>(StringComparer.Ordinal));
}
