using Sockudo.Server.Configuration.Values;

namespace Sockudo.Server.Configuration.Keys;

/// <summary>Short ways to describe a key that fills a property of an options class. Variables are separated by spaces.</summary>
internal static class Key
{
    /// <summary>The largest number the original accepts for most counts (u32); options keep an int, see <see cref="Clamp(long)"/>.</summary>
    public const long MaxCount = uint.MaxValue;

    /// <summary>The largest bound in bytes, more than any machine has.</summary>
    public const long MaxBytes = 1L << 50;

    /// <summary>A number as the int an options class keeps; larger ones mean "no limit in practice" and are cut.</summary>
    public static int Clamp(long value) => (int)Math.Min(value, int.MaxValue);

    /// <summary>A number as the int an options class keeps, or none.</summary>
    public static int? Clamp(long? value) => value is { } number ? Clamp(number) : null;

    /// <summary>true or false.</summary>
    public static ConfigurationKey<ServerConfiguration> Boolean(
        string path, Func<ServerConfiguration, bool> get, Action<ServerConfiguration, bool> set, string doc,
        string env = "", KeyNotice? notice = null, string? defaultNote = null) =>
        Of(path, BooleanFormat.Instance, get, set, doc, env, notice: notice, defaultNote: defaultNote);

    /// <summary>A whole number.</summary>
    public static ConfigurationKey<ServerConfiguration> Integer(
        string path, long minimum, long maximum, Func<ServerConfiguration, long> get, Action<ServerConfiguration, long> set, string doc,
        string env = "", string unit = "", KeyNotice? notice = null) =>
        Of(path, new IntegerFormat(minimum, maximum), get, set, doc, env, unit, notice: notice);

    /// <summary>A whole number or none.</summary>
    public static ConfigurationKey<ServerConfiguration> OptionalInteger(
        string path, Func<ServerConfiguration, long?> get, Action<ServerConfiguration, long?> set, string doc,
        string env = "", string unit = "", string? defaultNote = null, bool needsFile = false, long minimum = 0, long maximum = MaxCount, bool zeroIsNone = false) =>
        new ConfigurationKey<ServerConfiguration, long?>(path, new OptionalIntegerFormat(minimum, maximum, zeroIsNone), get, set)
        {
            Doc = doc,
            Variables = Names(env),
            Unit = unit,
            DefaultNote = defaultNote,
            NeedsFile = needsFile,
        };

    /// <summary>Text.</summary>
    public static ConfigurationKey<ServerConfiguration> Text(
        string path, Func<ServerConfiguration, string> get, Action<ServerConfiguration, string> set, string doc, string env = "") =>
        Of(path, TextFormat.Instance, get, set, doc, env);

    /// <summary>A key of any format.</summary>
    public static ConfigurationKey<ServerConfiguration> Of<T>(
        string path, ValueFormat<T> format, Func<ServerConfiguration, T> get, Action<ServerConfiguration, T> set, string doc,
        string env = "", string unit = "", Secrecy secrecy = Secrecy.None, KeyNotice? notice = null, string? defaultNote = null) =>
        new ConfigurationKey<ServerConfiguration, T>(path, format, get, set)
        {
            Doc = doc,
            Variables = Names(env),
            Unit = unit,
            Secrecy = secrecy,
            Notice = notice,
            DefaultNote = defaultNote,
        };

    /// <summary>Splits a list of variables.</summary>
    public static string[] Names(string env) => env.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
