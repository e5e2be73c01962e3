using System.Collections.Concurrent;
using Sockudo.Server.Apps;

namespace Sockudo.Server.Adapters.Cluster.State;

/// <summary>
/// The apps other nodes speak of, answered at once. An app this node has not loaded yet is asked for in the background; until
/// then what is said of it is kept under a nameless app with the same id. Thread-safe.
/// </summary>
internal sealed class AppDirectory(IAppManager apps)
{
    private readonly ConcurrentDictionary<string, App> _known = new(StringComparer.Ordinal);

    /// <summary>The app with an id.</summary>
    public App Find(string id) => _known.TryGetValue(id, out var app) ? app : Load(id);

    /// <summary>A client of this app is here, so it is known.</summary>
    public void Learn(App app)
    {
        if (!_known.TryGetValue(app.Id, out var known) || !ReferenceEquals(known, app)) _known[app.Id] = app;
    }

    private App Load(string id)
    {
        var find = apps.FindByIdAsync(id, CancellationToken.None);
        if (find.IsCompletedSuccessfully) return Keep(id, find.Result);
        var nameless = Keep(id, null);
        _ = ReplaceAsync(nameless, find);
        return nameless;
    }

    private App Keep(string id, App? found) => _known.GetOrAdd(id, found ?? new App { Id = id, Key = "", Secret = "" });

    private async Task ReplaceAsync(App nameless, ValueTask<App?> find)
    {
        try
        {
            if (await find.ConfigureAwait(false) is { } found) _known.TryUpdate(nameless.Id, found, nameless);
        }
        catch (Exception)
        {
            // The store cannot be reached: asked again when somebody speaks of the app next.
            _known.TryRemove(new KeyValuePair<string, App>(nameless.Id, nameless));
        }
    }
}
