namespace Sockudo.Server.Configuration;

/// <summary>Why the server does not start.</summary>
/// <param name="Path">The key's full path, the variable's name or the file's path.</param>
/// <param name="Problem">What was expected and what was found, or what to do.</param>
/// <param name="Source">The file or variable that holds the value; null when the path says it all.</param>
internal sealed record ConfigurationError(string Path, string Problem, string? Source = null)
{
    /// <summary>One line for the console.</summary>
    public override string ToString() => Source is null || Source == Path ? $"{Path}: {Problem}" : $"{Path}: {Problem} (set by {Source})";
}
