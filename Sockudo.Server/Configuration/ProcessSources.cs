using System.Collections;
using Sockudo.Server.Configuration.Commands;

namespace Sockudo.Server.Configuration;

/// <summary>Takes the sources of the configuration from the process. The only place of the folder that asks it.</summary>
internal static class ProcessSources
{
    /// <summary>Working directory, environment and command line, as the process has them now.</summary>
    public static ConfigurationSources Read(CommandLine line)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            if (entry is { Key: string name, Value: string text }) environment[name] = text;
        }

        // The order of ASP.NET Core's own host.
        var environmentName = line.EnvironmentName ?? environment.GetValueOrDefault("ASPNETCORE_ENVIRONMENT") ?? environment.GetValueOrDefault("DOTNET_ENVIRONMENT") ?? "Production";
        return new(Directory.GetCurrentDirectory(), environment, environmentName, line.ConfigPath, line.Urls);
    }
}
