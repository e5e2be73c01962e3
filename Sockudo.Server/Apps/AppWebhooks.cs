namespace Sockudo.Server.Apps;

/// <summary>The webhooks of an app, and at a glance whether one of them wants an event. Immutable.</summary>
internal sealed class AppWebhooks
{
    public AppWebhooks(IReadOnlyList<WebhookEndpoint> endpoints)
    {
        Endpoints = endpoints;
        foreach (var endpoint in endpoints) Wanted |= endpoint.Events;
    }

    /// <summary>No webhooks.</summary>
    public static AppWebhooks None { get; } = new([]);

    /// <summary>The entries, in the order of the configuration.</summary>
    public IReadOnlyList<WebhookEndpoint> Endpoints { get; }

    /// <summary>What at least one of them wants.</summary>
    public WebhookEventTypes Wanted { get; }

    /// <summary>Whether anybody wants this event.</summary>
    public bool Want(WebhookEventTypes type) => (Wanted & type) != 0;

    /// <summary>The entry with this URL; null when the configuration has it no more.</summary>
    public WebhookEndpoint? Find(string url)
    {
        foreach (var endpoint in Endpoints)
        {
            if (endpoint.Url.AbsoluteUri == url) return endpoint;
        }

        return null;
    }
}
