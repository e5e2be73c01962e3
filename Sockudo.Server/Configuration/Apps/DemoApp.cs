namespace Sockudo.Server.Configuration.Apps;

/// <summary>The app of a developer who configured none: the credentials every Pusher example uses.</summary>
internal static class DemoApp
{
    /// <summary>What messages call it.</summary>
    public const string Path = "the demo app of Development";

    /// <summary>A new draft; client messages, user authentication and subscription counts are on, to try them.</summary>
    public static AppDraft Create() => new(Path)
    {
        Id = "app-id",
        Key = "app-key",
        Secret = "app-secret",
        EnableClientMessages = true,
        EnableUserAuthentication = true,
        EnableWatchlistEvents = true,
        EnableSubscriptionCount = true,
    };
}
