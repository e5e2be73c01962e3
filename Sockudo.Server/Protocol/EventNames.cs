namespace Sockudo.Server.Protocol;

/// <summary>Event names of the protocol.</summary>
internal static class EventNames
{
    public const string ReservedPrefix = "pusher:";
    public const string InternalPrefix = "pusher_internal:";
    public const string ClientPrefix = "client-";

    /// <summary>Names that only the server itself may send.</summary>
    public static bool IsReserved(string name) =>
        name.StartsWith(ReservedPrefix, StringComparison.Ordinal) || name.StartsWith(InternalPrefix, StringComparison.Ordinal);
}
