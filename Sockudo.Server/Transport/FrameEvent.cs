namespace Sockudo.Server.Transport;

/// <summary>What <see cref="FrameReader.Read"/> found.</summary>
internal enum FrameEvent
{
    /// <summary>All input is consumed; more is needed.</summary>
    NeedMore,

    /// <summary>A whole text or binary message.</summary>
    Message,
    Ping,
    Pong,

    /// <summary>A close frame; the payload is its body, already checked.</summary>
    Close,

    /// <summary>The peer broke the protocol; <see cref="FrameReader.ErrorCode"/> and <see cref="FrameReader.ErrorReason"/> say how. The reader is finished.</summary>
    Error,
}
