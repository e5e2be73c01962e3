namespace Sockudo.Server.Configuration.Keys;

/// <summary>How much of a value may be shown.</summary>
internal enum Secrecy
{
    /// <summary>All of it.</summary>
    None,

    /// <summary>Nothing.</summary>
    Secret,

    /// <summary>All but user name and password of a URL or connection string.</summary>
    Url,
}
