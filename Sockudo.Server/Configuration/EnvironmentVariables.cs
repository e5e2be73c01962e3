using Sockudo.Server.Configuration.Values;

namespace Sockudo.Server.Configuration;

/// <summary>The process's environment as the configuration sees it. Immutable.</summary>
internal sealed class EnvironmentVariables(IReadOnlyDictionary<string, string> variables)
{
    /// <summary>Names of all variables.</summary>
    public IEnumerable<string> Names => variables.Keys;

    /// <summary>The variable, null when it is not set or empty: container files often pass empty variables on.</summary>
    public string? Find(string name) => Raw(name) is { Length: > 0 } text ? text : null;

    /// <summary>The variable even when it is empty; null when it is not set.</summary>
    public string? Raw(string name) => Value(name) is { } text ? ConfiguredText.Read(text) : null;

    private string? Value(string name)
    {
        if (variables.TryGetValue(name, out var text)) return text;

        // .NET's own configuration reads its variables in any case, so AppHosts write them in any case.
        if (!name.StartsWith("ConnectionStrings__", StringComparison.Ordinal) && !name.StartsWith("Aspire__", StringComparison.Ordinal)) return null;
        foreach (var pair in variables)
        {
            if (pair.Key.Equals(name, StringComparison.OrdinalIgnoreCase)) return pair.Value;
        }

        return null;
    }
}
