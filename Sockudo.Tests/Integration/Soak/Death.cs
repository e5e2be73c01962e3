namespace Sockudo.Tests.Integration.Soak;

/// <summary>The ways a socket of the soak dies.</summary>
internal enum Death
{
    /// <summary>A close frame, the answer awaited.</summary>
    Close,

    /// <summary>A close frame and a FIN at once.</summary>
    CloseAndGo,

    /// <summary>A FIN without a close frame.</summary>
    End,

    /// <summary>A reset, as of a crashed process.</summary>
    Reset,

    /// <summary>A FIN in the middle of a frame.</summary>
    EndInsideFrame,

    /// <summary>A reset in the middle of a frame.</summary>
    ResetInsideFrame,

    /// <summary>A frame that breaks the protocol; the server closes.</summary>
    BrokenFrame,

    /// <summary>Half of a frame, then silence on an open connection: the server has to notice.</summary>
    SilentInsideFrame,

    /// <summary>Silence on an open connection, as of a machine that lost its network: the server has to notice.</summary>
    Silent,

    /// <summary>The peer's output ends, its input stays open.</summary>
    HalfClosed,
}
