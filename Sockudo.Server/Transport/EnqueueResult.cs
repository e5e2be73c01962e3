namespace Sockudo.Server.Transport;

/// <summary>What became of a frame.</summary>
internal enum EnqueueResult
{
    Queued,

    /// <summary>The connection is closing or gone; the frame is of no use any more.</summary>
    Closed,

    /// <summary>The client does not read fast enough and its queue is full; the frame was not taken.</summary>
    Full,
}
