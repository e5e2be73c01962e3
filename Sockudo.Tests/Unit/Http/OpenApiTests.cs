using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sockudo.Server.Http;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

public sealed partial class OpenApiTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly ApiHost _host = fixture.Host;

    [Fact]
    public async Task Every_mapped_route_is_described_and_every_described_route_is_mapped()
    {
        var described = (await DocumentAsync()).GetProperty("paths").EnumerateObject()
            .SelectMany(static path => path.Value.EnumerateObject().Select(operation => $"{operation.Name} {path.Name}"));

        var mapped = _host.Services.GetServices<EndpointDataSource>().SelectMany(static source => source.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(static route => route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
                .Select(method => $"{method.ToLowerInvariant()} {route.RoutePattern.RawText!.TrimEnd('/')}")).ToList();

        Assert.NotEmpty(mapped);
        Assert.Equal(mapped.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_reference_has_its_schema()
    {
        var document = await DocumentAsync();
        var schemas = document.GetProperty("components").GetProperty("schemas").EnumerateObject().Select(static schema => schema.Name).ToHashSet();

        Assert.All(Reference().Matches(document.GetRawText()), reference => Assert.Contains(reference.Groups[1].Value, schemas));
    }

    [Fact]
    public async Task Every_parameter_of_a_path_is_described()
    {
        foreach (var path in (await DocumentAsync()).GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var parameters = operation.Value.GetProperty("parameters").EnumerateArray()
                    .Where(static parameter => parameter.GetProperty("in").GetString() == "path").Select(static parameter => parameter.GetProperty("name").GetString());
                Assert.Equal(PathParameter().Matches(path.Name).Select(static match => match.Groups[1].Value), parameters);
            }
        }
    }

    [Fact]
    public async Task Every_signed_operation_describes_the_signature()
    {
        var signed = (await DocumentAsync()).GetProperty("paths").EnumerateObject().Where(static path => path.Name.StartsWith("/apps/", StringComparison.Ordinal));

        Assert.All(signed.SelectMany(static path => path.Value.EnumerateObject()), static operation =>
            Assert.Contains("auth_signature", operation.Value.GetProperty("parameters").EnumerateArray().Select(static parameter => parameter.GetProperty("name").GetString())));
    }

    [Fact]
    public void Every_refusal_is_explained_where_it_points()
    {
        var text = File.ReadAllText(Path.Combine(Root(), "docs", "api.md"));
        var sections = Heading().Split(text);
        foreach (var error in ApiErrors.All)
        {
            var anchor = error.Doc["docs/api.md#".Length..];
            var section = Assert.Single(sections, section => section.Split('\n')[0].Trim().ToLowerInvariant().Replace(' ', '-') == anchor);
            Assert.Contains($"`{error.Code}`", section, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_refusal_is_in_the_list_and_has_a_code_of_its_own()
    {
        var declared = typeof(ApiErrors).GetFields().Where(static field => field.FieldType == typeof(ApiError)).Select(static field => (ApiError)field.GetValue(null)!);

        Assert.Equal(declared.Select(static error => error.Code).Order(), ApiErrors.All.Select(static error => error.Code).Distinct().Order());
    }

    [Fact]
    public void The_document_of_people_names_every_path()
    {
        var text = File.ReadAllText(Path.Combine(Root(), "docs", "api.md"));

        foreach (var last in new[] { "/events", "/batch_events", "/channels", "/users", "/terminate_connections", "/force_reconnect", "/live", "/ready", "/up", "/usage", "/stats", "/metrics", "/openapi.json" })
            Assert.Contains(last + "`", text, StringComparison.Ordinal);
    }

    private async Task<JsonElement> DocumentAsync() => (await _host.SendPlainAsync("GET", "/openapi.json")).Json;

    private static string Root()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Sockudo.sln"))) directory = Path.GetDirectoryName(directory.TrimEnd('/')) ?? throw new FileNotFoundException("Sockudo.sln");
        return directory;
    }

    [GeneratedRegex("#/components/schemas/([A-Za-z]+)")]
    private static partial Regex Reference();

    [GeneratedRegex("\\{([A-Za-z]+)\\}")]
    private static partial Regex PathParameter();

    [GeneratedRegex("^#+ ", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
