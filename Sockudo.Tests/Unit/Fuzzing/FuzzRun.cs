using System.Diagnostics;
using System.Globalization;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Fuzzing;

/// <summary>
/// A hundred thousand inputs (SOCKUDO_TEST_FUZZ: so many), ten times as many with --all; the corpus first. The seed is printed and SOCKUDO_TEST_SEED sets it. An
/// input that throws or takes long fails the run and is shown, to be kept in the corpus.
/// </summary>
internal static class FuzzRun
{
    /// <summary>Inputs of a run.</summary>
    public static int Inputs { get; } = Seed.Scale
        * (int.TryParse(Environment.GetEnvironmentVariable("SOCKUDO_TEST_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 100_000);

    // Hundreds of times what an input takes; a pause of a busy machine is no hang.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>Runs the inputs of <paramref name="next"/>: given a file of the corpus, or null for one of its own making, it prepares an input and returns what handles it and names the outcome.</summary>
    /// <param name="folder">The corpus.</param>
    /// <param name="print">Where seed and figures go.</param>
    /// <param name="next">Makes and handles inputs.</param>
    public static async Task ExecuteAsync(
        string folder, Action<string> print, Func<Random, Mutator, byte[]?, Func<Task<string>>> next)
    {
        var corpus = Corpus.Of(folder);
        var random = Seed.Next(print);
        var mutator = new Mutator(random, corpus);
        var outcomes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < Inputs + corpus.Count; i++)
        {
            var handle = next(random, mutator, i < corpus.Count ? corpus[i] : null);
            var started = Stopwatch.GetTimestamp();
            string outcome;
            try
            {
                outcome = await handle();
            }
            catch (Exception error) when (error is not Xunit.Sdk.XunitException)
            {
                throw new InvalidOperationException($"{folder}, input {i}: {error.GetType().Name}: {error.Message}", error);
            }

            var taken = Stopwatch.GetElapsedTime(started);
            Assert.True(taken < Longest, $"{folder}, input {i} took {taken.TotalSeconds:0} s");
            if (taken > slowest) slowest = taken;
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        }

        print($"{Inputs} inputs and {corpus.Count} of the corpus, the slowest {slowest.TotalMilliseconds:0.0} ms: {string.Join(", ", outcomes.Select(static pair => $"{pair.Value} {pair.Key}"))}");
        Assert.True(outcomes.Count > 1, "every input came to the same end: nothing was reached");
    }

    /// <summary>An input as a failure shows it.</summary>
    public static string Show(byte[] input) => $"{Convert.ToHexString(input)} ({System.Text.Encoding.Latin1.GetString(input)})";
}
