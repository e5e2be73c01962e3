using System.Globalization;

namespace Sockudo.Tests.Cluster.Telemetry;

/// <summary>A span as a server exported it.</summary>
/// <param name="Node">The exporting process: <c>service.instance.id</c>.</param>
/// <param name="Start">Nanoseconds since 1970.</param>
/// <param name="End">Nanoseconds since 1970.</param>
/// <param name="Error">What went wrong; null unless the status is an error.</param>
internal sealed record ExportedSpan(
    string Node, string TraceId, string Id, string ParentId, string Name, int Kind, ulong Start, ulong End, IReadOnlyDictionary<string, string> Tags, string? Error)
{
    /// <summary>A number among the attributes.</summary>
    public double Measure(string tag) => double.Parse(Tags[tag], CultureInfo.InvariantCulture);

    public override string ToString() =>
        $"{Node} {TraceId[..6]} {ParentId} -> {Id} {Name} {(End - Start) / 1000} us {string.Join(' ', Tags.Select(static tag => $"{tag.Key}={tag.Value}"))}{(Error is null ? "" : $" ERROR {Error}")}";
}
