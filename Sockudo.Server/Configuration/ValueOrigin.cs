namespace Sockudo.Server.Configuration;

/// <summary>Where an effective value comes from.</summary>
/// <param name="Kind">The sort of source.</param>
/// <param name="Name">The file's path as given, the variable's name, or the key that filled the value in; empty for a default.</param>
internal readonly record struct ValueOrigin(OriginKind Kind, string Name)
{
    /// <summary>A compiled default.</summary>
    public static ValueOrigin Default => new(OriginKind.Default, "");

    /// <summary>A configuration file.</summary>
    public static ValueOrigin File(string path) => new(OriginKind.File, path);

    /// <summary>An environment variable.</summary>
    public static ValueOrigin Variable(string name) => new(OriginKind.Variable, name);

    /// <summary>Another key, such as a global limit that fills an app's gap.</summary>
    public static ValueOrigin Key(string path) => new(OriginKind.Key, path);

    /// <summary>Whether nobody set the value.</summary>
    public bool IsDefault => Kind == OriginKind.Default;

    /// <summary>As <c>check</c> prints it.</summary>
    public override string ToString() => Kind == OriginKind.Default ? "default" : Name;
}

/// <summary>The sorts of sources.</summary>
internal enum OriginKind
{
    /// <summary>A compiled default.</summary>
    Default,

    /// <summary>A configuration file.</summary>
    File,

    /// <summary>An environment variable or a command-line switch.</summary>
    Variable,

    /// <summary>Another key's value.</summary>
    Key,
}
