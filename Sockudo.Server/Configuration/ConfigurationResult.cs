using Sockudo.Server.Configuration.Apps;

namespace Sockudo.Server.Configuration;

/// <summary>The outcome of loading. Immutable by convention: nothing changes it after <see cref="ConfigurationLoader.Load"/>.</summary>
/// <param name="Configuration">The effective values; with errors, as far as they could be read.</param>
/// <param name="Errors">What stops the start, all of it; empty when the server may start.</param>
/// <param name="Warnings">What an operator should know, each with its fix.</param>
/// <param name="Origins">Where values come from, by path; a path that is absent has its default.</param>
/// <param name="Apps">The apps as configured, in the order of <c>Configuration.AppManager.Apps</c>.</param>
/// <param name="File">The file that was read; null for none.</param>
internal sealed record ConfigurationResult(
    ServerConfiguration Configuration,
    IReadOnlyList<ConfigurationError> Errors,
    IReadOnlyList<ConfigurationWarning> Warnings,
    IReadOnlyDictionary<string, ValueOrigin> Origins,
    IReadOnlyList<AppDraft> Apps,
    string? File)
{
    /// <summary>Whether the server may start.</summary>
    public bool IsValid => Errors.Count == 0;

    /// <summary>Where a key's value comes from.</summary>
    public ValueOrigin Origin(string path) => Origins.TryGetValue(path, out var origin) ? origin : ValueOrigin.Default;
}
