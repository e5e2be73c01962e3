namespace Sockudo.Server.Configuration.Commands;

/// <summary>What the command line asks for.</summary>
internal enum ServerCommand
{
    /// <summary>Serve; the default.</summary>
    Run,

    /// <summary>Validate the configuration and print it.</summary>
    Check,

    /// <summary>Ask the server that runs beside this process whether it lives (a container's health check).</summary>
    HealthCheck,

    /// <summary>Print the usage.</summary>
    Help,

    /// <summary>Print the version.</summary>
    Version,

    /// <summary>Print docs/configuration.md (not in the usage: for those who change keys).</summary>
    WriteDocs,
}
