namespace Sockudo.Server.RedisConnections;

/// <summary>A command had no answer: there is no connection, it came too late, or the server refused for now. What it did is not known.</summary>
internal sealed class RedisAwayException : Exception
{
    public RedisAwayException(string message)
        : base(message)
    {
    }

    public RedisAwayException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
