using System.Text;
using Sockudo.Server.Configuration;
using Xunit;

namespace Sockudo.Tests.Unit.Fuzzing;

/// <summary>Configuration files and variables: whatever they hold, the outcome is a configuration or errors that say where.</summary>
public sealed class ConfigurationFuzzTests(ITestOutputHelper output) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sockudo-fuzz-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task No_file_and_no_variable_throws()
    {
        var path = Path.Combine(_folder.FullName, "sockudo.json");
        var names = EnvironmentVariablesInUse();

        // One file, opened once for writing: creating it anew costs as much as loading it.
        using var written = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        await FuzzRun.ExecuteAsync("configuration", output.WriteLine, (random, mutator, given) =>
        {
            var file = given ?? mutator.Next();
            var variables = new Dictionary<string, string>();
            for (var i = random.Next(3) == 0 ? random.Next(1, 4) : 0; i > 0; i--) variables[names[random.Next(names.Length)]] = Value(random, mutator);
            return () =>
            {
                RandomAccess.Write(written, file, 0);
                RandomAccess.SetLength(written, file.Length);
                try
                {
                    var result = ConfigurationLoader.Load(new(_folder.FullName, variables, random.Next(4) == 0 ? "Development" : "Production", path));
                    Assert.All(result.Errors, static error => Assert.False(string.IsNullOrWhiteSpace(error.Path) || string.IsNullOrWhiteSpace(error.Problem)));
                    return Task.FromResult(result.IsValid ? result.Warnings.Count == 0 ? "valid" : "valid with warnings" : "refused");
                }
                catch (Exception error) when (error is not Xunit.Sdk.XunitException)
                {
                    Assert.Fail($"{error} on {FuzzRun.Show(file)} with {string.Join(", ", variables)}");
                    throw;
                }
            };
        });
    }

    private static string[] EnvironmentVariablesInUse() =>
        [.. ConfigurationTable.ByPath.Values.SelectMany(static key => key.Variables).Concat(["REDIS_URL", "ASPNETCORE_URLS", "HTTP_PORTS", "ConnectionStrings__redis"]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static string Value(Random random, Mutator mutator) => random.Next(7) switch
    {
        0 => random.Next(-1, 70_000).ToString(System.Globalization.CultureInfo.InvariantCulture),
        1 => random.Next(2) == 0 ? "true" : "False",
        2 => Encoding.UTF8.GetString(mutator.Change("redis://:p%40ss@127.0.0.1:6379/1"u8.ToArray(), random.Next(4))).Replace("\0", "", StringComparison.Ordinal),
        3 => Encoding.UTF8.GetString(mutator.Change("127.0.0.1:7000,[::1]:7001"u8.ToArray(), random.Next(4))),
        4 => Encoding.UTF8.GetString(mutator.Change("nats"u8.ToArray(), random.Next(3))),
        5 => "",
        _ => Encoding.UTF8.GetString(mutator.Next()),
    };
}
