using Xunit;

namespace Sockudo.Tests.Integration.Rfc6455;

/// <summary>All cases by group. A group has as many as the public conformance catalogue counts.</summary>
internal static class CaseCatalogue
{
    public static IReadOnlyList<(string Group, IReadOnlyList<ConformanceCase> Cases)> Groups { get; } =
    [
        ("framing", [.. FramingCases.All]),
        ("ping/pong", [.. PingCases.All]),
        ("reserved bits", [.. ReservedBitCases.All]),
        ("opcodes", [.. OpcodeCases.All]),
        ("fragmentation", [.. FragmentationCases.All]),
        ("UTF-8", [.. Utf8Cases.All]),
        ("close", [.. CloseCases.All]),
        ("limits", [.. LimitCases.All]),
        ("misc", [.. MiscellaneousCases.All]),
    ];

    private static readonly Dictionary<string, ConformanceCase> ByName =
        Groups.SelectMany(static group => group.Cases).ToDictionary(static item => item.Name, StringComparer.Ordinal);

    public static ConformanceCase Find(string name) => ByName[name];

    public static TheoryData<string> Names(string group) =>
        [.. Groups.Single(candidate => candidate.Group == group).Cases.Select(static item => item.Name)];
}
