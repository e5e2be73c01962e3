namespace Sockudo.Server.Adapters.Cluster.Wire;

/// <summary>What an entry of a stream or a snapshot says. State is absolute: "is", never "one more".</summary>
internal enum EntryKind : byte
{
    None = 0,

    /// <summary>An event for a channel's subscribers.</summary>
    Event = 1,

    /// <summary>A channel has n subscriptions here.</summary>
    Subscriptions = 2,

    /// <summary>A user is present here in a channel, with this info.</summary>
    MemberPresent = 3,

    /// <summary>A user is not present here in a channel.</summary>
    MemberAbsent = 4,

    /// <summary>A signed-in user has a socket here.</summary>
    UserOnline = 5,

    /// <summary>A signed-in user has no socket here.</summary>
    UserOffline = 6,

    /// <summary>Close a user's sockets, those older than the entry.</summary>
    CloseUser = 7,

    /// <summary>An event for a user's sockets.</summary>
    UserEvent = 8,

    /// <summary>An app has n sockets here.</summary>
    Connections = 9,

    /// <summary>A cache channel's last event; only in snapshots.</summary>
    LastEvent = 10,

    /// <summary>The outside was told of a transition.</summary>
    Told = 11,

    /// <summary>Something was on here before this node had joined, and the outside not told as far as it knows.</summary>
    Untold = 12,

    /// <summary>The entry that had this sequence is too large for the broker, or was refused by it for good. Nodes of before pass over it.</summary>
    Lost = 13,
}
