using System.Collections.Frozen;
using Sockudo.Server.Configuration.Keys;

namespace Sockudo.Server.Configuration;

/// <summary>Every key the server knows, once: loader, <c>check</c> and documentation read it. Immutable.</summary>
internal static class ConfigurationTable
{
    /// <summary>The key under which the file lists apps.</summary>
    public const string AppsPath = "app_manager.array.apps";

    /// <summary>The sections in reading order.</summary>
    public static readonly IReadOnlyList<KeySection> Sections =
    [
        ServerKeys.General, ServerKeys.Ssl, ServerKeys.UnixSocket, AppManagerKeys.Section, AppManagerKeys.Limits, WebSocketKeys.Section, HttpKeys.Api, HttpKeys.Cors,
        HttpKeys.RateLimiter, HttpKeys.Metrics, ServerKeys.Logging, AdapterKeys.Section, StorageKeys.Cache, StorageKeys.Queue, StorageKeys.Webhooks,
        DatabaseKeys.Redis, AspireKeys.Section, DatabaseKeys.Databases, FeatureKeys.Section,
    ];

    /// <summary>Every key in the order of <see cref="Sections"/>.</summary>
    public static readonly IReadOnlyList<ConfigurationKey<ServerConfiguration>> Keys = [.. Sections.SelectMany(static section => section.Keys)];

    /// <summary>Keys by path and by their other spelling.</summary>
    public static readonly FrozenDictionary<string, ConfigurationKey<ServerConfiguration>> ByPath = Keys
        .SelectMany(static key => key.Alias is null ? [(key.Path, key)] : new[] { (key.Path, key), (key.Alias, key) })
        .ToFrozenDictionary(static pair => pair.Item1, static pair => pair.Item2, StringComparer.Ordinal);

    /// <summary>Paths of the objects that hold keys, such as <c>adapter</c> and <c>adapter.redis</c>.</summary>
    public static readonly FrozenSet<string> Objects = Keys.Select(static key => key.Path).Append(AppsPath).SelectMany(Parents).ToFrozenSet(StringComparer.Ordinal);

    private static IEnumerable<string> Parents(string path)
    {
        for (var dot = path.LastIndexOf('.'); dot > 0; dot = path.LastIndexOf('.', dot - 1)) yield return path[..dot];
    }
}
