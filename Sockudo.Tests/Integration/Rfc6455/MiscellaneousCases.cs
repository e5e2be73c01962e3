using static Sockudo.Tests.Integration.Rfc6455.Steps;

namespace Sockudo.Tests.Integration.Rfc6455;

/// <summary>What fits no other group: a message cut by its sender without regard to its size.</summary>
internal static class MiscellaneousCases
{
    public static IEnumerable<ConformanceCase> All =>
    [
        new("10.1.1", "a text message of 65536 bytes in fragments of 1300",
            Send([.. Wire.Fragments(1, Wire.MessageOfLength("10.1.1", 65536), 1300)]), Echo(Wire.MessageOfLength("10.1.1", 65536)), Open),
    ];
}
