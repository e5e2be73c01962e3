namespace Sockudo.Server.Gateway;

/// <summary>Whether new sockets are taken. Thread-safe.</summary>
internal sealed class GatewayState
{
    private volatile bool _isDraining;

    /// <summary>The server is stopping: new sockets are refused with 503.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>Refuses new sockets from now on.</summary>
    public void BeginDraining() => _isDraining = true;
}
