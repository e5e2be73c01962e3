using Sockudo.Server.Configuration.Apps;

namespace Sockudo.Server.Configuration;

/// <summary>What one run of the loader has gathered so far. Used by one thread, then turned into a <see cref="ConfigurationResult"/>.</summary>
internal sealed class LoadState
{
    private readonly List<ConfigurationError> _errors = [];
    private readonly List<ConfigurationWarning> _warnings = [];

    /// <summary>The values.</summary>
    public ServerConfiguration Configuration { get; } = new();

    /// <summary>Where values that are not defaults come from, by path.</summary>
    public Dictionary<string, ValueOrigin> Origins { get; } = new(StringComparer.Ordinal);

    /// <summary>Paths of keys and objects the file has.</summary>
    public HashSet<string> InFile { get; } = new(StringComparer.Ordinal);

    /// <summary>The apps in order.</summary>
    public List<AppDraft> Apps { get; } = [];

    /// <summary>Whether a file could not be read: what it would have said is unknown.</summary>
    public bool FileFailed { get; set; }

    /// <summary>The file that was read, null for none.</summary>
    public string? File { get; set; }

    /// <summary>What stops the start.</summary>
    public IReadOnlyList<ConfigurationError> Errors => _errors;

    /// <summary>What does not.</summary>
    public IReadOnlyList<ConfigurationWarning> Warnings => _warnings;

    /// <summary>Where a key's value comes from.</summary>
    public ValueOrigin Origin(string path) => Origins.TryGetValue(path, out var origin) ? origin : ValueOrigin.Default;

    /// <summary>Adds an error at a path.</summary>
    public void Error(string path, string problem, ValueOrigin origin) => _errors.Add(new(path, problem + ".", origin.IsDefault ? null : origin.Name));

    /// <summary>Adds an error at a key, naming whatever set it.</summary>
    public void Error(string path, string problem) => Error(path, problem, Origin(path));

    /// <summary>Adds a warning.</summary>
    public void Warn(string text, string fix) => _warnings.Add(new(text, fix));

    /// <summary>Reports a key nobody knows: an error where a restricting key was meant, else a warning.</summary>
    public void Unknown(string path, ValueOrigin file, string? suggestion)
    {
        if (UnknownKeys.MeansRestriction(path, suggestion)) UnknownRestriction(path, suggestion!, file);
        else
        {
            Warn(
                $"{path} ({file}) is no key this server knows; it is ignored.",
                suggestion is null ? "remove it; docs/configuration.md lists every key." : $"did you mean {suggestion}?");
        }
    }

    /// <summary>Adds the error of a key or variable nobody knows that was meant to restrict.</summary>
    public void UnknownRestriction(string path, string meant, ValueOrigin origin) => Error(
        path, $"no such key; did you mean {meant}? That one restricts, and what restricts is not ignored: correct it, or remove it", origin);
}
