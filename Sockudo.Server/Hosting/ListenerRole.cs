using Microsoft.AspNetCore.Connections;

namespace Sockudo.Server.Hosting;

/// <summary>What a listener is for.</summary>
internal enum ListenerRole
{
    /// <summary>Sockets and API.</summary>
    Public,

    /// <summary>Metrics, statistics, health: for the operator's network.</summary>
    Metrics,

    /// <summary>Answers everything with a redirect to the TLS listener.</summary>
    Redirect,
}

/// <summary>Tells requests which listener they came through. Immutable.</summary>
internal sealed class ListenerRoleFeature(ListenerRole role)
{
    /// <summary>The role.</summary>
    public ListenerRole Role { get; } = role;

    /// <summary>The role of the listener a request came through.</summary>
    public static ListenerRole Of(HttpContext context) => context.Features.Get<ListenerRoleFeature>()?.Role ?? ListenerRole.Public;

    /// <summary>Marks a connection.</summary>
    public void Mark(ConnectionContext context) => context.Features.Set(this);
}
