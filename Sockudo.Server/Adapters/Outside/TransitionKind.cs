namespace Sockudo.Server.Adapters.Outside;

/// <summary>What the outside can be told of. The numbers travel between nodes.</summary>
internal enum TransitionKind : byte
{
    /// <summary>A channel is occupied, or vacated.</summary>
    Channel = 0,

    /// <summary>A user is a member of a presence channel, or not.</summary>
    Member = 1,

    /// <summary>A signed-in user is online, or not.</summary>
    User = 2,
}
