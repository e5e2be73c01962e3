using Sockudo.Server.Configuration.Docs;

namespace Sockudo.Server.Configuration.Commands;

/// <summary>Runs the commands that end at once. Writes to the given writers only.</summary>
internal static class CommandRunner
{
    /// <summary>Everything a start must not go on after: 1 for a wrong command line or configuration.</summary>
    public const int Failure = 1;

    /// <summary>Runs the command; null when the server is to be started with the configuration.</summary>
    /// <param name="line">The parsed command line.</param>
    /// <param name="load">Loads the configuration, called only when the command needs it.</param>
    /// <param name="version">The server's version.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="errors">Standard error.</param>
    /// <param name="configuration">The valid configuration when null is returned, else null.</param>
    /// <returns>The exit code, or null to go on.</returns>
    public static int? Run(
        CommandLine line, Func<ConfigurationResult> load, string version, TextWriter output, TextWriter errors, out ConfigurationResult? configuration)
    {
        configuration = null;
        if (line.Problem is { } problem)
        {
            errors.WriteLine(problem);
            errors.WriteLine("Sockudo.Server --help lists what there is.");
            return Failure;
        }

        switch (line.Command)
        {
            case ServerCommand.Help:
                output.WriteLine(CommandLine.Usage);
                return 0;
            case ServerCommand.Version:
                output.WriteLine($"Sockudo for .NET {version}");
                return 0;
            case ServerCommand.WriteDocs:
                output.Write(ConfigurationDocs.Write());
                return 0;
            case ServerCommand.Check:
                var checkedResult = load();
                CheckReport.Write(checkedResult, output);
                return checkedResult.IsValid ? 0 : Failure;
        }

        var result = load();
        if (result.IsValid)
        {
            configuration = result;
            return null;
        }

        errors.WriteLine("The configuration is not valid, the server does not start:");
        foreach (var error in result.Errors) errors.WriteLine($"  {error}");
        foreach (var warning in result.Warnings) errors.WriteLine($"  Warning: {warning}");
        return Failure;
    }
}
