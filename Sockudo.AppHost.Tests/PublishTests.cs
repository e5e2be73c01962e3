using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Sockudo.AppHost.Tests;

/// <summary>Publishes as the documented commands do, in a process of its own.</summary>
public sealed class PublishTests : IDisposable
{
    private readonly DirectoryInfo _output = Directory.CreateTempSubdirectory("sockudo-publish-");

    [Theory]
    [InlineData("local")]
    [InlineData("redis")]
    [InlineData("redis-sentinel")]
    [InlineData("redis-cluster")]
    [InlineData("nats")]
    public async Task The_manifest_can_be_written(string adapter)
    {
        using var manifest = await ManifestAsync(adapter);

        Assert.DoesNotContain(manifest.RootElement.GetProperty("resources").EnumerateObject(), static resource => resource.Value.TryGetProperty("error", out _));
    }

    [Fact]
    public async Task The_manifest_has_a_plain_project_that_azd_reads()
    {
        using var manifest = await ManifestAsync("redis");

        Assert.Equal("project.v0", Server(manifest).GetProperty("type").GetString());
    }

    [Fact]
    public async Task Only_http_is_external_in_the_manifest()
    {
        using var manifest = await ManifestAsync("redis");

        var external = Server(manifest).GetProperty("bindings").EnumerateObject()
            .Where(static binding => binding.Value.TryGetProperty("external", out var value) && value.GetBoolean()).Select(static binding => binding.Name);
        Assert.Equal(["http"], external);
    }

    [Theory]
    [InlineData("redis-sentinel")]
    [InlineData("redis-cluster")]
    public async Task What_needs_several_redis_processes_is_published_as_a_connection_string(string adapter)
    {
        using var manifest = await ManifestAsync(adapter);

        var redis = manifest.RootElement.GetProperty("resources").GetProperty("redis");
        Assert.Equal("parameter.v0", redis.GetProperty("type").GetString());
    }

    [Fact]
    public async Task The_compose_file_has_the_replicas()
    {
        if (!HasCompose) Assert.Skip("Aspire.Hosting.Docker is not served here: the AppHost was built without it (UseAspireDocker).");

        await RunAsync("--operation", "publish", "--step", "publish", "--output-path", _output.FullName, "--Sockudo:Compose=true", "--Sockudo:Replicas=4");

        var compose = await File.ReadAllTextAsync(Path.Combine(_output.FullName, "docker-compose.yaml"), TestContext.Current.CancellationToken);
        Assert.Matches("replicas: 4", compose);
        Assert.Matches("ADAPTER_DRIVER: \"?redis\"?", compose);
        Assert.DoesNotContain("REDIS_HOST", compose, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_its_package_compose_says_what_it_needs()
    {
        if (HasCompose) Assert.Skip("Aspire.Hosting.Docker is there (UseAspireDocker): The_compose_file_has_the_replicas runs.");

        var (exitCode, text) = await StartAsync("--Sockudo:Compose=true");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("run it with -p:UseAspireDocker=true", text, StringComparison.Ordinal);
    }

    public void Dispose() => _output.Delete(recursive: true);

    private static JsonElement Server(JsonDocument manifest) => manifest.RootElement.GetProperty("resources").GetProperty("sockudo");

    private async Task<JsonDocument> ManifestAsync(string adapter)
    {
        var path = Path.Combine(_output.FullName, "manifest.json");
        await RunAsync("--publisher", "manifest", "--output-path", path, $"--Sockudo:Adapter={adapter}");
        return JsonDocument.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }

    // Where it was built with all it needs: beside the tests what ASP.NET Core brings is left out.
    private static string AppHostFolder { get; } = AppContext.BaseDirectory.Replace("Sockudo.AppHost.Tests", "Sockudo.AppHost", StringComparison.Ordinal);

    private static bool HasCompose => File.Exists(Path.Combine(AppHostFolder, "Aspire.Hosting.Docker.dll"));

    private static async Task RunAsync(params string[] args)
    {
        var (exitCode, text) = await StartAsync(args);
        Assert.True(exitCode == 0, $"exit code {exitCode}\n{text}");
    }

    private static async Task<(int ExitCode, string Text)> StartAsync(params string[] args)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(2));
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppHostFolder, "Sockudo.AppHost.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, $"{await output}\n{await errors}");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
