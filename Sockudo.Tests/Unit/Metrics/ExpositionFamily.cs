namespace Sockudo.Tests.Unit.Metrics;

internal sealed class ExpositionFamily(string name, string help)
{
    public string Name { get; } = name;

    public string Help { get; } = help;

    public string Type { get; set; } = "";

    public List<ExpositionSample> Samples { get; } = [];
}

internal sealed record ExpositionSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);
