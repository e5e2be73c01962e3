using System.Text.RegularExpressions;
using System.Xml.Linq;
using Sockudo.AppHost;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Unit.AppHost;

/// <summary>What can be said of the AppHost where no Aspire is served to build it; Sockudo.AppHost.Tests say the rest.</summary>
public sealed class AppHostTextTests
{
    private static readonly string Program = Read("Sockudo.AppHost", "Program.cs");

    [Fact]
    public void Program_reads_as_a_diagram_on_one_screen() => Assert.InRange(Program.AsSpan().Count('\n'), 10, 39);

    [Fact]
    public void Each_adapter_has_its_broker_file_and_its_line()
    {
        foreach (var adapter in Enum.GetNames<Adapter>())
        {
            Assert.True(File.Exists(PathOf("Sockudo.AppHost", "Brokers", $"{adapter}.cs")), $"Brokers/{adapter}.cs");
            Assert.Contains($"Adapter.{adapter} => {adapter}.Add(", Program, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Only_the_connection_string_of_a_broker_is_injected()
    {
        var server = Read("Sockudo.AppHost", "SockudoServer.cs");
        var limited = server.IndexOf(".WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionString)", StringComparison.Ordinal);
        var referred = server.IndexOf(".WithReference(", StringComparison.Ordinal);

        Assert.True(limited >= 0 && limited < referred, "the limit has an effect only before the reference");
        Assert.Single(Regex.Matches(Program + server, @"\.WithReference\("));
    }

    [Fact]
    public void Replicas_can_share_the_servers_endpoints()
    {
        // A target port, or an endpoint without the proxy, is one port for all replicas.
        Assert.DoesNotContain("targetPort", Program, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("isProxied", Program, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Metrics_are_not_public() => Assert.DoesNotContain("WithExternalHttpEndpoints", Program, StringComparison.Ordinal);

    [Fact]
    public void No_project_of_the_default_build_needs_a_package_of_Aspire()
    {
        var needed = Directory.EnumerateFiles(RepositoryLayout.Root, "*.csproj", SearchOption.AllDirectories)
            .Append(PathOf("Directory.Packages.props"))
            .Where(static path => !Path.GetFileName(path).StartsWith("Sockudo.AppHost", StringComparison.Ordinal))
            .SelectMany(static path => XDocument.Load(path).Descendants().Select(element => (Path: path, Element: element)))
            .Where(static found => found.Element.Name.LocalName is "PackageReference" or "PackageVersion"
                && found.Element.Attribute("Include")?.Value.StartsWith("Aspire.", StringComparison.Ordinal) == true
                && !found.Element.AncestorsAndSelf().Any(static element => element.Attribute("Condition")?.Value.Contains("UseAspireClients", StringComparison.Ordinal) == true))
            .Select(static found => $"{Path.GetRelativePath(RepositoryLayout.Root, found.Path)}: {found.Element.Attribute("Include")!.Value}");

        Assert.Empty(needed);
    }

    [Fact]
    public void Every_package_of_Aspire_has_the_SDKs_version()
    {
        var projects = Read("Sockudo.AppHost", "Sockudo.AppHost.csproj") + Read("Sockudo.AppHost.Tests", "Sockudo.AppHost.Tests.csproj") + Read("Directory.Packages.props");
        var versions = Regex.Matches(projects, """Aspire\.AppHost\.Sdk/([\d.]+)|"Aspire\.[\w.]+" Version="([\d.]+)" """.TrimEnd())
            .Select(static match => match.Groups[1].Value + match.Groups[2].Value)
            .ToList();

        Assert.Equal(7, versions.Count);
        Assert.Single(versions.Distinct());
    }

    [Fact]
    public void The_image_has_no_shell_and_no_root()
    {
        var lines = File.ReadAllLines(PathOf("Dockerfile"));
        var last = lines.Last(static line => line.StartsWith("FROM ", StringComparison.Ordinal));

        Assert.Contains("chiseled", last, StringComparison.Ordinal);
        Assert.Contains("USER $APP_UID", lines);
        // Without a shell only the form with brackets runs.
        Assert.Contains(lines, static line => line.TrimStart().StartsWith("CMD [", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.StartsWith("ENTRYPOINT [", StringComparison.Ordinal));
    }

    [Fact]
    public void Azd_finds_one_service_the_AppHost()
    {
        var azure = Read("azure.yaml");

        Assert.Equal(["./Sockudo.AppHost/Sockudo.AppHost.csproj"], Regex.Matches(azure, @"^\s+project: (\S+)", RegexOptions.Multiline).Select(static match => match.Groups[1].Value));
        Assert.Contains("azd: '>= 1.22.0'", azure, StringComparison.Ordinal);
    }

    private static string PathOf(params string[] parts) => Path.Combine([RepositoryLayout.Root, .. parts]);

    private static string Read(params string[] parts) => File.ReadAllText(PathOf(parts));
}
