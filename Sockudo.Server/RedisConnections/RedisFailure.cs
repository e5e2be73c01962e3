using StackExchange.Redis;

namespace Sockudo.Server.RedisConnections;

/// <summary>Which exceptions mean that Redis did not do what it was asked.</summary>
internal static class RedisFailure
{
    /// <summary>Whether it is one of them: no connection, no answer in time, or a refusal.</summary>
    public static bool IsOne(Exception exception) => exception is RedisException or TimeoutException or ObjectDisposedException or TaskCanceledException { InnerException: null, CancellationToken.CanBeCanceled: false };

    /// <summary>Whether another connection may do better: no answer in time, or a server that became a replica, or still is one to the library.</summary>
    public static bool IsOfTheConnection(Exception exception) => exception switch
    {
        RedisTimeoutException => true,
        RedisServerException => exception.Message.StartsWith("READONLY", StringComparison.Ordinal),
        // After a failover the library may take the new master for the replica it was, for as long as the connection lives.
        RedisCommandException => exception.Message.StartsWith("Command cannot be issued to a replica", StringComparison.Ordinal),
        _ => false,
    };
}
