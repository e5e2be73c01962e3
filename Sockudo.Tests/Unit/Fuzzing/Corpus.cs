using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Unit.Fuzzing;

/// <summary>
/// Inputs kept as files, one folder for each thing that reads: those that once were found to be handled wrongly, and those that
/// reach far. Each is replayed in every run, and new inputs are made from them.
/// </summary>
internal static class Corpus
{
    public static IReadOnlyList<byte[]> Of(string folder) =>
        [.. Directory.GetFiles(Path.Combine(RepositoryLayout.Root, "Sockudo.Tests", "Unit", "Fuzzing", "Corpus", folder)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
}
