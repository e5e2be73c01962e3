namespace Sockudo.Server.Apps;

/// <summary>The apps of the configuration. Immutable, answers at once.</summary>
internal sealed class MemoryAppManager : IAppManager
{
    private readonly IReadOnlyList<App> _apps;
    private readonly Dictionary<string, App> _byId;
    private readonly Dictionary<string, App> _byKey;

    public MemoryAppManager(IReadOnlyList<App> apps)
    {
        _apps = apps;
        _byId = apps.ToDictionary(static app => app.Id, StringComparer.Ordinal);
        _byKey = apps.ToDictionary(static app => app.Key, StringComparer.Ordinal);
    }

    public ValueTask<App?> FindByIdAsync(string id, CancellationToken cancellationToken) => ValueTask.FromResult(_byId.GetValueOrDefault(id));

    public ValueTask<App?> FindByKeyAsync(string key, CancellationToken cancellationToken) => ValueTask.FromResult(_byKey.GetValueOrDefault(key));

    public ValueTask<IReadOnlyList<App>> ListAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_apps);
}
