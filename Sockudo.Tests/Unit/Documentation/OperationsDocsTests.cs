using Sockudo.Tests.Infrastructure;
using Sockudo.Tests.Integration.Hosting;
using Xunit;

namespace Sockudo.Tests.Unit.Documentation;

/// <summary>What docs/operations.md and docs/security.md show and name is there.</summary>
public sealed class OperationsDocsTests
{
    [Fact]
    public async Task The_systemd_unit_is_one_systemd_takes()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd-analyze is not installed on this machine");
        var folder = Directory.CreateTempSubdirectory("sockudo-systemd-");
        try
        {
            var unit = ProxyProcess.BlockOf("docs/operations.md", "[Service]").Replace("/usr/bin/dotnet", "/bin/true", StringComparison.Ordinal);
            var file = Path.Combine(folder.FullName, "sockudo.service");
            await File.WriteAllTextAsync(file, unit, TestContext.Current.CancellationToken);
            await using var verify = ChildProcess.Start("/usr/bin/systemd-analyze", ["verify", "--man=no", file], folder.FullName);
            var code = await verify.Exited.WithinAsync("systemd-analyze", Deadline.ProcessStart);

            // Other units of the machine may have faults of their own: only what is said of ours counts.
            Assert.DoesNotContain(verify.Output, static line => line.Contains("sockudo.service", StringComparison.Ordinal));
            Assert.True(code == 0 || !verify.OutputText.Contains("sockudo", StringComparison.Ordinal), verify.OutputText);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Every_test_that_security_names_exists()
    {
        var names = File.ReadAllText(Path.Combine(RepositoryLayout.Root, "docs/security.md")).Split('`')
            .Where(static text => text.Contains("Tests.", StringComparison.Ordinal)).ToArray();
        var types = typeof(OperationsDocsTests).Assembly.GetTypes().Where(static type => type.Name.EndsWith("Tests", StringComparison.Ordinal)).ToLookup(static type => type.Name);

        Assert.True(names.Length >= 15, $"{names.Length} tests are named");
        Assert.All(names, name =>
        {
            var parts = name.Split('.');
            Assert.True(types[parts[0]].Any(type => type.GetMethod(parts[1]) is not null), name);
        });
    }
}
