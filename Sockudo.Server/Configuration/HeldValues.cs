namespace Sockudo.Server.Configuration;

/// <summary>
/// Values of known keys no options class takes yet: typed and validated, found by their path. Written only while the
/// configuration is loaded; reading is thread-safe afterwards.
/// </summary>
internal sealed class HeldValues
{
    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);

    /// <summary>The value of a key, or what the caller's table gives as its default.</summary>
    public T Get<T>(string path, T fallback) => _values.TryGetValue(path, out var value) ? (T)value! : fallback;

    /// <summary>The value of a key that is in the table: a long, bool, double, text or list of text. Null when nobody set it.</summary>
    public object? Find(string path) => _values.GetValueOrDefault(path);

    /// <summary>Sets a key's value.</summary>
    public void Set<T>(string path, T value) => _values[path] = value;
}
