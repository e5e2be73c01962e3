namespace Sockudo.Tests.Infrastructure;

/// <summary>The apps of the shared server: each differs from the first in one thing.</summary>
public static class TestApps
{
    /// <summary>Everything on, no limits but the defaults.</summary>
    public static readonly TestApp Demo = new("demo");

    /// <summary>Its client events are refused.</summary>
    public static readonly TestApp NoClientEvents = With("no-client-events", ("enable_client_messages", false));

    /// <summary>Sign-in and watchlist.</summary>
    public static readonly TestApp Users =
        With("users", ("enable_user_authentication", true), ("enable_watchlist_events", true));

    /// <summary>Sign-in without watchlist events.</summary>
    public static readonly TestApp UsersWithoutWatchlist = With("users-without-watchlist", ("enable_user_authentication", true));

    /// <summary>Connections are refused with 4003.</summary>
    public static readonly TestApp Disabled = With("disabled", ("enabled", false));

    /// <summary>Two sockets at once; the third is refused with 4004. For tests that run one after another only.</summary>
    public static readonly TestApp QuotaOfTwo = With("quota-of-two", ("max_connections", 2));

    /// <summary>Connections only from <c>https://shop.example</c> and subdomains of <c>example.org</c>.</summary>
    public static readonly TestApp Origins =
        With("origins", ("allowed_origins", new[] { "https://shop.example", "*.example.org" }));

    /// <summary>Connections only from pages of this machine.</summary>
    public static readonly TestApp LocalOrigins = With("local-origins", ("allowed_origins", new[] { "http://127.0.0.1:*" }));

    /// <summary>Subscribers are told how many they are.</summary>
    public static readonly TestApp SubscriptionCount = With("subscription-count", ("enable_subscription_count", true));

    /// <summary>Small limits: channel name 20, event name 10, payload 1 KiB, batch 3, channels 2, members 2 of 1 KiB.</summary>
    public static readonly TestApp Limited = With(
        "limited",
        ("max_channel_name_length", 20),
        ("max_event_name_length", 10),
        ("max_event_payload_in_kb", 1),
        ("max_event_batch_size", 3),
        ("max_event_channels_at_once", 2),
        ("max_presence_members_per_channel", 2),
        ("max_presence_member_size_in_kb", 1));

    /// <summary>Two client events a second and socket.</summary>
    public static readonly TestApp TwoClientEventsPerSecond =
        With("two-client-events-per-second", ("max_client_events_per_second", 2));

    /// <summary>All of them, as the shared server is started.</summary>
    public static IReadOnlyList<TestApp> All { get; } =
    [
        Demo, NoClientEvents, Users, UsersWithoutWatchlist, Disabled, QuotaOfTwo, Origins, LocalOrigins, SubscriptionCount,
        Limited, TwoClientEventsPerSecond,
    ];

    private static TestApp With(string id, params (string Name, object Value)[] settings) =>
        new(id) { Settings = settings.ToDictionary(setting => setting.Name, setting => setting.Value) };
}
