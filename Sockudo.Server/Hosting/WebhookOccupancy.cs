using Sockudo.Server.Adapters.Outside;
using Sockudo.Server.Apps;
using Sockudo.Server.Channels;
using Sockudo.Server.Webhooks;

namespace Sockudo.Server.Hosting;

/// <summary>Tells webhooks what the adapter sees. Thread-safe.</summary>
internal sealed partial class WebhookOccupancy(WebhookEvents events, IAppManager apps, ILogger<WebhookOccupancy> logger) : IOccupancyObserver
{
    /// <summary>Whether an app has a webhook for this; an app that is known by its id only may have one.</summary>
    public bool Wants(App app, TransitionKind kind) => events.IsEnabled && (app.Secret.Length == 0 || app.Webhooks.Want(kind switch
    {
        TransitionKind.Channel => WebhookEventTypes.ChannelOccupied | WebhookEventTypes.ChannelVacated,
        TransitionKind.Member => WebhookEventTypes.MemberAdded | WebhookEventTypes.MemberRemoved,
        _ => WebhookEventTypes.UserOnline | WebhookEventTypes.UserOffline,
    }));

    public void ChannelOccupied(App app, ChannelName channel) => Tell(app, known => events.ChannelOccupied(known, channel.Value));

    public void ChannelVacated(App app, ChannelName channel) => Tell(app, known => events.ChannelVacated(known, channel.Value));

    public void MemberAdded(App app, ChannelName channel, string userId) => Tell(app, known => events.MemberAdded(known, channel.Value, userId));

    public void MemberRemoved(App app, ChannelName channel, string userId) => Tell(app, known => events.MemberRemoved(known, channel.Value, userId));

    public void SubscriptionCountChanged(App app, ChannelName channel, int count, Channel here)
    {
        // Told where the subscriber is.
    }

    public void SubscriptionsChangedHere(App app, ChannelName channel, int count)
    {
        if (!channel.IsPresence) events.SubscriptionCount(app, channel.Value, count);
    }

    public void CacheMissed(App app, ChannelName channel) => events.CacheMiss(app, channel.Value);

    public void UserOnline(App app, string userId, bool isKnown) => Tell(app, known => events.UserOnline(known, userId));

    public void UserOffline(App app, string userId) => Tell(app, known => events.UserOffline(known, userId));

    // An app other nodes speak of may be known here by its id only; its webhooks are what is to be asked.
    private void Tell(App app, Action<App> tell)
    {
        if (app.Secret.Length > 0) tell(app);
        else _ = FindAndTellAsync(app.Id, tell);
    }

    private async Task FindAndTellAsync(string appId, Action<App> tell)
    {
        try
        {
            if (await apps.FindByIdAsync(appId, CancellationToken.None).ConfigureAwait(false) is { } known) tell(known);
        }
        catch (Exception e)
        {
            LogUnknown(e, appId);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The webhooks of app '{AppId}' cannot be looked up; an event of it is not told")]
    private partial void LogUnknown(Exception exception, string appId);
}
