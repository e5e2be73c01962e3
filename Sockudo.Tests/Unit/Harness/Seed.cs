using System.Globalization;

namespace Sockudo.Tests.Unit.Harness;

/// <summary>Random schedules that can be repeated: the seed is printed, and SOCKUDO_TEST_SEED sets it. SOCKUDO_TEST_ALL=1 asks for ten times as much.</summary>
internal static class Seed
{
    public static int Scale { get; } = Environment.GetEnvironmentVariable("SOCKUDO_TEST_ALL") == "1" ? 10 : 1;

    public static Random Next(Action<string> print)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SOCKUDO_TEST_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();
        print($"seed {seed}");
        return new Random(seed);
    }
}
