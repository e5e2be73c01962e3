namespace Sockudo.Server.RedisConnections;

/// <summary>A configuration with which no Redis can ever be reached. The message names what is wrong and never a secret.</summary>
internal sealed class RedisConfigurationException : Exception
{
    public RedisConfigurationException(string message)
        : base(message)
    {
    }

    public RedisConfigurationException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
