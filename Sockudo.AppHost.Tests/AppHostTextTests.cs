using System.Text.RegularExpressions;
using System.Xml.Linq;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.AppHost.Tests;

/// <summary>What the AppHost's files say, where only a text can show it.</summary>
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

    [Theory]
    [InlineData("Sockudo.AppHost/Sockudo.AppHost.csproj", "Aspire.Hosting.Nats", "'$(UseAspireNats)' == 'true'")]
    [InlineData("Sockudo.AppHost/Sockudo.AppHost.csproj", "Aspire.Hosting.Docker", "'$(UseAspireDocker)' == 'true'")]
    public void A_package_that_not_every_feed_serves_is_switched_by_its_property(string project, string package, string condition)
    {
        var reference = XDocument.Load(PathOf(project.Split('/'))).Descendants("PackageReference").Single(reference => reference.Attribute("Include")!.Value == package);

        Assert.Equal(condition, reference.AncestorsAndSelf().Select(static element => element.Attribute("Condition")?.Value).Single(static value => value is not null));
    }

    [Fact]
    public void Every_package_of_Aspire_has_one_version()
    {
        var projects = Read("Sockudo.AppHost", "Sockudo.AppHost.csproj") + Read("Sockudo.AppHost.Tests", "Sockudo.AppHost.Tests.csproj") + Read("Directory.Packages.props");
        var versions = Regex.Matches(projects, """ "Aspire\.[\w.]+" Version="([\d.]+)" """.Trim(' ')).Select(static match => match.Groups[1].Value).ToList();

        Assert.True(versions.Count >= 6, $"{versions.Count} references to packages of Aspire");
        Assert.Equal([Regex.Match(Read("eng", "OptionalAspire.props"), "<AspireVersion>([\\d.]+)<").Groups[1].Value], versions.Distinct());
    }

    /// <summary>The files of the two switches cannot be compiled where their packages are not served: they must at least offer the same.</summary>
    [Theory]
    [InlineData("Brokers/Containers/NatsContainer", "public static IResourceBuilder<IResourceWithConnectionString> Add(IDistributedApplicationBuilder builder, string name)")]
    [InlineData("Compose", "public static IResourceBuilder<ProjectResource> PublishToCompose(this IResourceBuilder<ProjectResource> server, AppHostOptions options)")]
    public void Both_files_of_a_switch_offer_the_same(string file, string member)
    {
        Assert.Contains(member, Read(["Sockudo.AppHost", .. $"{file}.cs".Split('/')]), StringComparison.Ordinal);
        Assert.Contains(member, Read(["Sockudo.AppHost", .. $"{file}.Aspire.cs".Split('/')]), StringComparison.Ordinal);
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
