using System.Collections.Concurrent;
using Sockudo.Server.Apps;

namespace Sockudo.Server.Adapters.Cluster.State;

/// <summary>
/// The apps other nodes speak of, answered at once. An app this node has not loaded yet is asked for in the background; until
/// then what is said of it is kept under a nameless app with the same id. Whoever can publish to the broker can make up ids, so the
/// nameless are bounded in bytes: the oldest is forgotten, and asked for again when somebody speaks of it. Thread-safe.
/// </summary>
internal sealed class AppDirectory(IAppManager apps, int maxNamelessBytes = AppDirectory.DefaultNamelessBytes)
{
    /// <summary>For ids of 36 characters some 3,000 apps.</summary>
    public const int DefaultNamelessBytes = 4 * 1024 * 1024;

    // An app with its limits, and its places in the table and in the queue.
    private const int BytesBesideId = 1024;

    private readonly ConcurrentDictionary<string, App> _known = new(StringComparer.Ordinal);
    private readonly Queue<App> _nameless = new(); // also the lock
    private long _namelessBytes;

    /// <summary>How many apps are held.</summary>
    public int Count => _known.Count;

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
        if (find.IsCompletedSuccessfully) return find.Result is { } found ? _known.GetOrAdd(id, found) : KeepNameless(id);
        var nameless = KeepNameless(id);
        _ = ReplaceAsync(nameless, find);
        return nameless;
    }

    private App KeepNameless(string id)
    {
        lock (_nameless)
        {
            var nameless = new App { Id = id, Key = "", Secret = "" };
            var known = _known.GetOrAdd(id, nameless);
            if (!ReferenceEquals(known, nameless)) return known;
            _nameless.Enqueue(nameless);
            _namelessBytes += Bytes(nameless);
            while (_namelessBytes > maxNamelessBytes && _nameless.TryDequeue(out var oldest))
            {
                _namelessBytes -= Bytes(oldest);
                Forget(oldest);
            }

            return nameless;
        }
    }

    private async Task ReplaceAsync(App nameless, ValueTask<App?> find)
    {
        try
        {
            if (await find.ConfigureAwait(false) is { } found) _known.TryUpdate(nameless.Id, found, nameless);
        }
        catch (Exception)
        {
            // The store cannot be reached: asked again when somebody speaks of the app next.
            Forget(nameless);
        }
    }

    private void Forget(App nameless) => _known.TryRemove(new KeyValuePair<string, App>(nameless.Id, nameless));

    private static int Bytes(App nameless) => BytesBesideId + (2 * nameless.Id.Length);
}
