namespace Sockudo.Server.Hosting;

/// <summary>The process as a whole: name, mode, logs.</summary>
internal sealed class ServerOptions
{
    /// <summary>Whether logs are verbose. Default false.</summary>
    public bool Debug { get; set; }

    /// <summary>Free text; "production" adds a warning for a Unix socket below /tmp. Default production.</summary>
    public string Mode { get; set; } = "production";

    /// <summary>A label for people (<c>instance.process_id</c>, else <c>service.instance.id</c> of OTEL_RESOURCE_ATTRIBUTES). Default null: chosen at random at start.</summary>
    public string? ProcessId { get; set; }

    /// <summary>Logging.</summary>
    public LoggingOptions Logging { get; } = new();
}
