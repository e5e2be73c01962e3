namespace Sockudo.Server.Apps;

/// <summary>What a webhook may be about; a set.</summary>
[Flags]
internal enum WebhookEventTypes
{
    None = 0,
    ChannelOccupied = 1,
    ChannelVacated = 2,
    MemberAdded = 4,
    MemberRemoved = 8,
    ClientEvent = 16,
    CacheMiss = 32,
    SubscriptionCount = 64,
    UserOnline = 128,
    UserOffline = 256,
}
