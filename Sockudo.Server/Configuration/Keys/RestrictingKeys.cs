using System.Collections.Frozen;

namespace Sockudo.Server.Configuration.Keys;

/// <summary>
/// The keys that restrict: left out, they let in more than their owner wants. A misspelt one stops the start, and so does a variable
/// of theirs that cannot be read; any other unknown key only widens what the server does, and is a warning. Pure.
/// </summary>
internal static class RestrictingKeys
{
    // Names, wherever they stand; what begins with max_, ends with _only or has _limit in it need not be listed.
    private static readonly FrozenSet<string> Names = FrozenSet.ToFrozenSet(
    [
        "enabled", "filter", "channel_prefix", "channel_suffix", "channel_pattern", "channel_name_starts_with", "channel_name_ends_with",
        "allowed_origins", "origin", "methods", "allowed_headers", "enable_user_authentication", "user_authentication_timeout",
        "websocket_max_payload_kb", "idle_timeout", "handshake_timeout_ms", "request_limit_in_mb", "memory_threshold", "window_seconds", "fail_open",
        "replay_protection", "usage_enabled", "cluster_secret", "block_private_networks", "permission_mode", "use_tls", "useTLS",
    ]);

    // Names too general to say what was meant in a section nobody knows.
    private static readonly FrozenSet<string> General = FrozenSet.ToFrozenSet(["enabled", "filter", "origin", "methods"]);

    /// <summary>Whether the key of this path, or the property of an app or webhook with this name, restricts.</summary>
    public static bool Contains(string path)
    {
        var name = path[(path.LastIndexOf('.') + 1)..];
        return Names.Contains(name) || name.StartsWith("max_", StringComparison.Ordinal) || name.EndsWith("_only", StringComparison.Ordinal)
            || name.Contains("_limit", StringComparison.Ordinal);
    }

    /// <summary>Whether a restricting name says what was meant even where nothing else is known.</summary>
    public static bool IsTelling(string path) => Contains(path) && !General.Contains(path[(path.LastIndexOf('.') + 1)..]);
}
