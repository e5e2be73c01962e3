using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Unit.Hosting;

/// <summary>Aspire's NATS client, which not every feed serves: its file is held to the server's code and to the signature of the package.</summary>
public sealed class NatsClientTextTests
{
    private const string Package = """
        global using System; global using System.Collections.Generic; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;
        global using Microsoft.Extensions.Configuration; global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;
        namespace Aspire.NATS.Net
        {
            public sealed class NatsClientSettings
            {
                public string? ConnectionString { get; set; }
                public bool DisableHealthChecks { get; set; }
                public bool DisableTracing { get; set; }
            }
        }
        namespace Microsoft.Extensions.Hosting
        {
            public static class AspireNatsClientExtensions
            {
                public static void AddNatsClient(this IHostApplicationBuilder builder, string connectionName, Action<Aspire.NATS.Net.NatsClientSettings>? configureSettings = null) { }
            }
        }
        """;

    [Fact]
    public void The_file_of_Aspires_client_compiles_against_the_signature_of_its_package()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        var client = File.ReadAllText(Path.Combine(RepositoryLayout.Root, "Sockudo.Server", "Hosting", "Clients", "NatsClient.Aspire.cs"));
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => Path.GetFileName(path) is not "Aspire.NATS.Net.dll")
            .Select(static path => MetadataReference.CreateFromFile(path));

        // Under the name of these tests it sees what the server shows to nobody else.
        var compilation = CSharpCompilation.Create(
            "Sockudo.Tests", [.. new[] { client, Package }.Select(text => CSharpSyntaxTree.ParseText(text, options, cancellationToken: cancellationToken))], references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

        Assert.Empty(compilation.GetDiagnostics(cancellationToken).Where(static found => found.Severity == DiagnosticSeverity.Error));
    }

    [Fact]
    public void The_package_is_referenced_only_where_it_is_served()
    {
        var project = XDocument.Load(Path.Combine(RepositoryLayout.Root, "Sockudo.Server", "Sockudo.Server.csproj"));

        Assert.Equal(
            [("Aspire.NATS.Net", "'$(UseAspireNats)' == 'true'"), ("Aspire.StackExchange.Redis", null)],
            project.Descendants("PackageReference").Where(static reference => reference.Attribute("Include")!.Value.StartsWith("Aspire.", StringComparison.Ordinal))
                .Select(static reference => (reference.Attribute("Include")!.Value, reference.Parent!.Attribute("Condition")?.Value)));
    }
}
