namespace Sockudo.Server.Configuration;

/// <summary>Everything the configuration is made of, handed in so that nothing here asks the process.</summary>
/// <param name="WorkingDirectory">Relative paths start here; <c>config/config.json</c> is looked for here.</param>
/// <param name="Environment">The environment's variables.</param>
/// <param name="EnvironmentName"><c>Development</c> allows the demo app; anything else does not.</param>
/// <param name="ConfigPath">The file of <c>--config</c>; null for none.</param>
/// <param name="Urls">The value of <c>--urls</c>, over <c>ASPNETCORE_URLS</c>; null for none.</param>
internal sealed record ConfigurationSources(
    string WorkingDirectory,
    IReadOnlyDictionary<string, string> Environment,
    string EnvironmentName,
    string? ConfigPath = null,
    string? Urls = null)
{
    /// <summary>Whether the server runs on Windows, where the Unix socket is left out.</summary>
    public bool IsWindows { get; init; } = OperatingSystem.IsWindows();

    /// <summary>Whether this is a developer's machine.</summary>
    public bool IsDevelopment => EnvironmentName.Equals("Development", StringComparison.OrdinalIgnoreCase);
}
