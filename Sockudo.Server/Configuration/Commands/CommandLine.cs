namespace Sockudo.Server.Configuration.Commands;

/// <summary>The parsed command line.</summary>
/// <param name="Command">What is asked for.</param>
/// <param name="ConfigPath">The file of <c>--config</c>; null for none.</param>
/// <param name="Urls">The value of <c>--urls</c>; null for none.</param>
/// <param name="EnvironmentName">The value of <c>--environment</c>; null for none.</param>
/// <param name="Problem">Why the command line cannot be understood; null when it can.</param>
internal sealed record CommandLine(ServerCommand Command, string? ConfigPath, string? Urls, string? EnvironmentName, string? Problem)
{
    /// <summary>What <c>--help</c> prints.</summary>
    public const string Usage =
        """
        Sockudo for .NET: a Pusher Channels server.

        Usage:
          Sockudo.Server [options]          serve
          Sockudo.Server check [options]    validate the configuration and print every value with its origin
          Sockudo.Server healthcheck        exit 0 when the server with the same configuration answers /live

        Options:
          -c, --config <path>      configuration file; replaces config/config.json as a whole
              --urls <urls>        addresses to listen on, as ASPNETCORE_URLS
              --environment <name> Development allows the demo app; default Production
          -h, --help               this text
          -V, --version            the version

        Every key and environment variable: docs/configuration.md
        """;

    private static readonly string[] Known = ["check", "healthcheck", "--config", "--urls", "--environment", "--help", "--version"];

    /// <summary>Parses; never throws.</summary>
    public static CommandLine Parse(IReadOnlyList<string> args)
    {
        var line = new CommandLine(ServerCommand.Run, null, null, null, null);
        for (var i = 0; i < args.Count; i++)
        {
            var arg = args[i];
            var equals = arg.StartsWith("--", StringComparison.Ordinal) ? arg.IndexOf('=', StringComparison.Ordinal) : -1;
            var name = equals < 0 ? arg : arg[..equals];
            switch (name)
            {
                case "check" when i == 0:
                    line = line with { Command = ServerCommand.Check };
                    break;
                case "healthcheck" when i == 0:
                    line = line with { Command = ServerCommand.HealthCheck };
                    break;
                case "docs" when i == 0:
                    if (args.Count > 1 && args[1] == "configuration") i++;
                    line = line with { Command = ServerCommand.WriteDocs };
                    break;
                case "-h" or "--help":
                    return line with { Command = ServerCommand.Help };
                case "-V" or "--version":
                    return line with { Command = ServerCommand.Version };
                case "-c" or "--config" or "--urls" or "--environment":
                    var value = equals >= 0 ? arg[(equals + 1)..] : i + 1 < args.Count ? args[++i] : "";
                    if (value.Length == 0) return line with { Problem = $"{name} needs a value." };
                    line = name switch
                    {
                        "--urls" => line with { Urls = value },
                        "--environment" => line with { EnvironmentName = value },
                        _ => line with { ConfigPath = value },
                    };
                    break;
                default:
                    var near = Suggestion.Nearest(name, Known);
                    return line with { Problem = $"'{arg}' is not understood{(near is null ? "" : $"; did you mean {near}?")}" };
            }
        }

        return line;
    }
}
