namespace Sockudo.AppHost.Brokers;

/// <summary>One Redis server, or an existing one by <c>ConnectionStrings:redis</c>.</summary>
internal static class Redis
{
    /// <summary>Adds it. Nothing is stored: the servers only pass messages through it.</summary>
    public static Broker Add(IDistributedApplicationBuilder builder)
    {
        if (Broker.Exists(builder, "redis")) return Broker.Existing(builder, "redis", "redis");

        var redis = builder.AddRedis("redis");
        return new Broker("redis", "redis", redis, redis);
    }
}
