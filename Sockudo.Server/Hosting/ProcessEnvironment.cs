using System.Collections;

namespace Sockudo.Server.Hosting;

/// <summary>The process's environment variables.</summary>
internal static class ProcessEnvironment
{
    /// <summary>All variables.</summary>
    public static IReadOnlyDictionary<string, string> Variables()
    {
        var variables = new Dictionary<string, string>(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables()) variables[(string)entry.Key] = (string?)entry.Value ?? "";
        return variables;
    }

    /// <summary>The environment's name, as ASP.NET Core decides it. Production unless said otherwise.</summary>
    public static string Name(IReadOnlyDictionary<string, string> variables) =>
        variables.GetValueOrDefault("ASPNETCORE_ENVIRONMENT") ?? variables.GetValueOrDefault("DOTNET_ENVIRONMENT") ?? Environments.Production;
}
