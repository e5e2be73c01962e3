namespace Sockudo.ServiceDefaults;

/// <summary>What a service tells <see cref="Extensions.AddServiceDefaults{TBuilder}"/> of itself.</summary>
public sealed class ServiceDefaultsOptions
{
    /// <summary>Names of the service's own meters, exported beside those of ASP.NET Core, HttpClient and the runtime. Default: none.</summary>
    public ICollection<string> Meters { get; } = new List<string>();

    /// <summary>Names of the service's own activity sources, exported beside those of ASP.NET Core and HttpClient. Default: none.</summary>
    public ICollection<string> ActivitySources { get; } = new List<string>();

    /// <summary>
    /// What tells this process from others of the service: <c>service.instance.id</c>, unless <c>OTEL_RESOURCE_ATTRIBUTES</c> gives one.
    /// Default: a random one.
    /// </summary>
    public string? InstanceId { get; set; }

    /// <summary>
    /// Paths whose requests make no span, with everything below them: probes and scrapes would bury the traces that matter.
    /// Default: <c>/health</c> and <c>/alive</c>.
    /// </summary>
    public ICollection<string> UntracedPaths { get; } = new List<string> { Extensions.HealthPath, Extensions.AlivePath };
}
