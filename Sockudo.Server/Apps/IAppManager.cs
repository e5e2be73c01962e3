namespace Sockudo.Server.Apps;

/// <summary>
/// Where apps are looked up. Implementations are thread-safe and answer from the process when they can: both finds are on the
/// path of every connect and every HTTP request. Null means there is no such app; a store that cannot be reached throws.
/// </summary>
internal interface IAppManager
{
    /// <summary>Finds an app by the id in the HTTP API's path.</summary>
    ValueTask<App?> FindByIdAsync(string id, CancellationToken cancellationToken);

    /// <summary>Finds an app by its public key.</summary>
    ValueTask<App?> FindByKeyAsync(string key, CancellationToken cancellationToken);

    /// <summary>All apps, for the banner, the health routes and <c>/stats</c>.</summary>
    ValueTask<IReadOnlyList<App>> ListAsync(CancellationToken cancellationToken);
}
