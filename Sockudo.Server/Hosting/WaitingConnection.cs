using Microsoft.AspNetCore.Connections;

namespace Sockudo.Server.Hosting;

/// <summary>A connection of <see cref="WaitingConnections"/>, which guards its state; a feature of the connection and of its requests.</summary>
internal sealed class WaitingConnection
{
    private readonly WaitingConnections _owner;
    private readonly ConnectionContext _context;

    public WaitingConnection(WaitingConnections owner, ConnectionContext context)
    {
        _owner = owner;
        _context = context;
        Place = new LinkedListNode<WaitingConnection>(this);
    }

    /// <summary>Its place among those that wait.</summary>
    public LinkedListNode<WaitingConnection> Place { get; }

    /// <summary>When it began to wait.</summary>
    public long Since { get; set; }

    /// <summary>It is being ended.</summary>
    public bool IsEnded { get; set; }

    /// <summary>Serves a request: until that has ended the connection does not wait.</summary>
    public async Task ServeAsync(HttpContext context, RequestDelegate next)
    {
        _owner.End(this);
        try
        {
            await next(context);
        }
        finally
        {
            _owner.Begin(this);
        }
    }

    /// <summary>Ends it.</summary>
    public void Abort(string reason) => _context.Abort(new ConnectionAbortedException(reason));
}
