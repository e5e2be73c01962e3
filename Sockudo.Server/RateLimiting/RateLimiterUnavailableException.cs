namespace Sockudo.Server.RateLimiting;

/// <summary>The store of the limits did not answer.</summary>
internal sealed class RateLimiterUnavailableException(Exception inner) : Exception("the store of the rate limits is away", inner);
