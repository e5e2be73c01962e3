using Sockudo.Server.Apps;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Webhooks;

/// <summary>Something an app wants to be told of. What a kind does not have is null.</summary>
/// <param name="App">Whose.</param>
/// <param name="Type">Exactly one kind.</param>
/// <param name="At">When. Unit: milliseconds since 1970.</param>
internal readonly record struct WebhookEvent(App App, WebhookEventTypes Type, long At)
{
    /// <summary>Its place among the events of this process, from 1.</summary>
    public long Sequence { get; init; }

    /// <summary>The channel.</summary>
    public string? Channel { get; init; }

    /// <summary>The member, the signed-in user, or a client event's sender on a presence channel.</summary>
    public string? UserId { get; init; }

    /// <summary>A client event's name.</summary>
    public string? Name { get; init; }

    /// <summary>A client event's data: one JSON value, or empty.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>A client event's sender.</summary>
    public SocketId? SocketId { get; init; }

    /// <summary>Subscriptions of the channel.</summary>
    public int Count { get; init; }

    /// <summary>What must stay in order has one subject.</summary>
    public string Subject => Channel ?? UserId!;

    /// <summary>About what it holds in memory. Unit: bytes.</summary>
    public int Size => 200 + Data.Length + (sizeof(char) * ((Channel?.Length ?? 0) + (UserId?.Length ?? 0) + (Name?.Length ?? 0)));
}
