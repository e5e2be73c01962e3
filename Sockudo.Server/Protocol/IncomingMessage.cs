using System.Text.Json;

namespace Sockudo.Server.Protocol;

/// <summary>What a client asks for.</summary>
internal enum IncomingKind
{
    Ping,
    Pong,
    Subscribe,
    Unsubscribe,
    Signin,
    ClientEvent,
    EnableDeltaCompression,
    DeltaSyncError,

    /// <summary>A name the server does not know; logged and otherwise ignored.</summary>
    Other,
}

/// <summary>A client's message, split into its members; the data stays raw JSON within the frame it came in.</summary>
internal readonly ref struct IncomingMessage
{
    public required IncomingKind Kind { get; init; }

    /// <summary>The event's name.</summary>
    public required string Event { get; init; }

    /// <summary>The channel member, when it is a text.</summary>
    public string? Channel { get; init; }

    /// <summary>The data member's raw JSON; empty when absent.</summary>
    public ReadOnlySpan<byte> Data { get; init; }

    /// <summary>The data's kind of token, <see cref="JsonTokenType.None"/> when absent.</summary>
    public JsonTokenType DataType { get; init; }
}
