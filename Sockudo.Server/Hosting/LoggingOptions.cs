namespace Sockudo.Server.Hosting;

/// <summary>What is logged and in which form (configuration section <c>logging</c>).</summary>
internal sealed class LoggingOptions
{
    /// <summary>Whether console logs are coloured. Default true.</summary>
    public bool ColorsEnabled { get; set; } = true;

    /// <summary>Whether a line names its category. Default true.</summary>
    public bool IncludeTarget { get; set; } = true;

    /// <summary><c>human</c>, or <c>json</c> for one JSON object a line. Default human.</summary>
    public string OutputFormat { get; set; } = "human";

    /// <summary>A level or a filter in the form of RUST_LOG, over the two below. Default null.</summary>
    public string? Filter { get; set; }

    /// <summary>The filter when <c>debug</c> is on. Default info,sockudo=debug.</summary>
    public string DebugFilter { get; set; } = "info,sockudo=debug";

    /// <summary>The filter when <c>debug</c> is off. Default info.</summary>
    public string ProductionFilter { get; set; } = "info";

    /// <summary>The lowest level the server's own categories log at.</summary>
    /// <param name="debug">Whether <c>debug</c> is on.</param>
    public LogLevel MinimumLevel(bool debug) => Level(Filter) ?? Level(debug ? DebugFilter : ProductionFilter) ?? LogLevel.Information;

    /// <summary>
    /// The level a filter gives this server: a directive for <c>sockudo</c>, else the bare level; other targets are another
    /// program's. Null when it says nothing about us.
    /// </summary>
    public static LogLevel? Level(string? filter)
    {
        LogLevel? bare = null;
        foreach (var directive in (filter ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = directive.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) bare = Named(directive) ?? bare;
            else if (directive[..equals].Equals("sockudo", StringComparison.OrdinalIgnoreCase) && Named(directive[(equals + 1)..]) is { } own) return own;
        }

        return bare;
    }

    private static LogLevel? Named(string level) => level.ToLowerInvariant() switch
    {
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "info" or "information" => LogLevel.Information,
        "warn" or "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "critical" => LogLevel.Critical,
        "off" or "none" => LogLevel.None,
        _ => null,
    };
}
