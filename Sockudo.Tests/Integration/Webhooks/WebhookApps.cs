using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Integration.Webhooks;

/// <summary>Apps with webhooks, and servers for them whose waits are short.</summary>
internal static class WebhookApps
{
    public static readonly string[] EveryType =
    [
        "channel_occupied", "channel_vacated", "member_added", "member_removed", "client_event", "cache_miss", "subscription_count",
        "user_online", "user_offline",
    ];

    /// <summary>An app with these entries.</summary>
    public static TestApp App(string id, params JsonObject[] webhooks) => new(id)
    {
        Settings = new Dictionary<string, object> { ["enable_user_authentication"] = true, ["webhooks"] = new JsonArray([.. webhooks]) },
    };

    /// <summary>An entry of <c>webhooks</c>.</summary>
    public static JsonObject Entry(string url, params string[] types) => new()
    {
        ["url"] = url,
        ["event_types"] = new JsonArray([.. types.Select(type => JsonValue.Create(type))]),
    };

    /// <summary>A server whose retries are quick: 50 ms doubling to 200 ms.</summary>
    public static ServerSetup Setup(params TestApp[] apps) => new ServerSetup { Apps = apps }
        .Set("webhooks.batching.duration", 20)
        .Set("webhooks.retry.first_delay_ms", 50)
        .Set("webhooks.retry.max_delay_ms", 200);
}
