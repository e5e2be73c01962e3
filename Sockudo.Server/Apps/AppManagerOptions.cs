namespace Sockudo.Server.Apps;

/// <summary>Where apps come from (configuration section <c>app_manager</c>).</summary>
internal sealed class AppManagerOptions
{
    /// <summary><c>memory</c>: the apps of the configuration. Default memory.</summary>
    public string Driver { get; set; } = "memory";

    /// <summary>The configured apps, effective and in the order of the file; the one from <c>SOCKUDO_DEFAULT_APP_*</c> last. Default none.</summary>
    public IReadOnlyList<App> Apps { get; set; } = [];

    /// <summary>Whether apps of a database are kept in the cache (no effect on the memory driver). Default true.</summary>
    public bool CacheEnabled { get; set; } = true;

    /// <summary>How long an app stays in that cache. Unit: seconds. Default 300.</summary>
    public long CacheTtl { get; set; } = 300;
}
