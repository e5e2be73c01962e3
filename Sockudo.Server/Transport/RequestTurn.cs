namespace Sockudo.Server.Transport;

/// <summary>
/// Which requests of one HTTP connection are served by the thread that read them: small ones, which cost about what a frame costs,
/// and not many one behind another, so that no connection keeps a thread from the sockets it reads (docs/decisions/0012). A feature
/// of the connection; not thread-safe, as a connection's requests come one after another.
/// </summary>
internal sealed class RequestTurn
{
    /// <summary>Above so many bytes of body a request is served by the pool.</summary>
    public const long MaxBodyBytes = 16 * 1024;

    /// <summary>At least one request of so many is served by the pool; what waits behind it stays there.</summary>
    public const int Requests = 16;

    private int _served;

    /// <summary>Whether the next request is for the pool. A length that is not known is one.</summary>
    public bool IsForPool(long? bodyBytes) => bodyBytes is null or > MaxBodyBytes || ++_served % Requests == 0;
}
