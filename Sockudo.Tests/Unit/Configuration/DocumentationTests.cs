using Sockudo.Server.Configuration;
using Sockudo.Server.Configuration.Docs;
using Xunit;

namespace Sockudo.Tests.Unit.Configuration;

public sealed class DocumentationTests
{
    [Fact]
    public void The_committed_page_is_what_the_code_writes()
    {
        var committed = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "configuration.md"));
        Assert.True(
            committed == ConfigurationDocs.Write(),
            "docs/configuration.md is not what the keys say; write it again: dotnet run --no-launch-profile --project Sockudo.Server -- docs configuration > docs/configuration.md");
    }

    [Fact]
    public void Every_key_and_variable_is_on_the_page()
    {
        var page = ConfigurationDocs.Write();
        foreach (var key in ConfigurationTable.Keys)
        {
            Assert.Contains($"| `{key.Path}` |", page, StringComparison.Ordinal);
            Assert.All(key.Variables, variable => Assert.Contains($"`{variable}`", page, StringComparison.Ordinal));
        }
    }

    private static string RepositoryRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Sockudo.sln"))) return directory.FullName;
        }

        throw new InvalidOperationException("Sockudo.sln is not above the test's directory");
    }
}
