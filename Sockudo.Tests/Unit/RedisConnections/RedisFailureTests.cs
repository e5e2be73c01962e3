using Sockudo.Server.RedisConnections;
using StackExchange.Redis;
using Xunit;

namespace Sockudo.Tests.Unit.RedisConnections;

/// <summary>Which failures another connection may not have.</summary>
public sealed class RedisFailureTests
{
    [Fact]
    public void A_master_that_the_library_takes_for_a_replica_is_the_connections_failure()
    {
        Assert.True(RedisFailure.IsOfTheConnection(new RedisCommandException("Command cannot be issued to a replica: SPUBLISH")));
    }

    [Fact]
    public void A_refusal_that_any_connection_would_meet_is_not()
    {
        Assert.False(RedisFailure.IsOfTheConnection(new RedisCommandException("This operation has been disabled in the command-map and cannot be used: PUBLISH")));
    }
}
