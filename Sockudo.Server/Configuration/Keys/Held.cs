using Sockudo.Server.Configuration.Values;

namespace Sockudo.Server.Configuration.Keys;

/// <summary>
/// Short ways to describe a key no options class takes yet: its default stands here, its value in
/// <see cref="ServerConfiguration.Held"/>. Keys of the cluster's brokers are bound from there by <see cref="ClusterBinding"/>, those of the cache's
/// and the limiter's Redis by <see cref="StoreBinding"/>, those of the queue by <see cref="QueueBinding"/>; any other without a notice is kept for a driver that is not in this build.
/// </summary>
internal static class Held
{
    /// <summary>true or false.</summary>
    public static ConfigurationKey<ServerConfiguration> Boolean(string path, bool fallback, string doc, string env = "", KeyNotice? notice = null, string? alias = null) =>
        Of(path, BooleanFormat.Instance, fallback, doc, env, notice: notice, alias: alias);

    /// <summary>A whole number.</summary>
    public static ConfigurationKey<ServerConfiguration> Integer(
        string path, long fallback, string doc, string env = "", string unit = "", KeyNotice? notice = null, long minimum = 0, long maximum = Key.MaxCount) =>
        Of(path, new IntegerFormat(minimum, maximum), fallback, doc, env, unit, notice: notice);

    /// <summary>A whole number or none.</summary>
    public static ConfigurationKey<ServerConfiguration> OptionalInteger(string path, long? fallback, string doc, string env = "", KeyNotice? notice = null) =>
        Of(path, new OptionalIntegerFormat(0, Key.MaxCount), fallback, doc, env, notice: notice);

    /// <summary>Text.</summary>
    public static ConfigurationKey<ServerConfiguration> Text(string path, string fallback, string doc, string env = "", KeyNotice? notice = null, Secrecy secrecy = Secrecy.None) =>
        Of(path, TextFormat.Instance, fallback, doc, env, secrecy: secrecy, notice: notice);

    /// <summary>Text or none.</summary>
    public static ConfigurationKey<ServerConfiguration> OptionalText(
        string path, string? fallback, string doc, string env = "", KeyNotice? notice = null, Secrecy secrecy = Secrecy.None, bool emptyClears = false) =>
        Of(path, new OptionalTextFormat(emptyClears), fallback, doc, env, secrecy: secrecy, notice: notice);

    /// <summary>A key of any format.</summary>
    public static ConfigurationKey<ServerConfiguration> Of<T>(
        string path, ValueFormat<T> format, T fallback, string doc, string env = "", string unit = "",
        Secrecy secrecy = Secrecy.None, KeyNotice? notice = null, string? alias = null) =>
        new ConfigurationKey<ServerConfiguration, T>(path, format, c => c.Held.Get(path, fallback), (c, value) => c.Held.Set(path, value))
        {
            Doc = doc,
            Variables = Key.Names(env),
            Unit = unit,
            Secrecy = secrecy,
            Notice = notice,
            Alias = alias,
            IsForLater = notice is null && !IsBound(path),
        };

    // What ClusterBinding, StoreBinding and QueueBinding read.
    private static bool IsBound(string path) =>
        path.StartsWith("adapter.", StringComparison.Ordinal) || path.StartsWith("database.redis.", StringComparison.Ordinal)
        || path.StartsWith("ConnectionStrings:", StringComparison.Ordinal) || path.StartsWith("Aspire:", StringComparison.Ordinal)
        || path.StartsWith("cache.redis.", StringComparison.Ordinal) || path.StartsWith("rate_limiter.redis.", StringComparison.Ordinal)
        || (path.StartsWith("queue.", StringComparison.Ordinal) && !path.StartsWith("queue.sns.", StringComparison.Ordinal))
        || path == "presence.leave_grace_ms";
}
