namespace Sockudo.Server.Metrics;

/// <summary>The metrics listener (configuration section <c>metrics</c>).</summary>
internal sealed class MetricsOptions
{
    /// <summary>Whether the listener exists. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary><c>prometheus</c>, the only one. Default prometheus.</summary>
    public string Driver { get; set; } = "prometheus";

    /// <summary>Address it listens on. Default 0.0.0.0.</summary>
    public string Host { get; set; } = "0.0.0.0";

    /// <summary>Port it listens on; 0 picks a free one. Default 9601.</summary>
    public int Port { get; set; } = 9601;

    /// <summary>What every metric's name starts with. Default <c>sockudo_</c>.</summary>
    public string Prefix { get; set; } = "sockudo_";
}
