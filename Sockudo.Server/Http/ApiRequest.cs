using Sockudo.Server.Apps;

namespace Sockudo.Server.Http;

/// <summary>A request whose signature was right. <c>Body</c> is valid until the handler has answered.</summary>
internal readonly record struct ApiRequest(HttpContext Context, App App, RequestQuery Query, ReadOnlyMemory<byte> Body)
{
    /// <summary>Ends with the client's connection.</summary>
    public CancellationToken Aborted => Context.RequestAborted;
}
