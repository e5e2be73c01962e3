using Sockudo.Server.Hosting;
using Xunit;
using static Sockudo.Tests.Unit.Configuration.Loading;

namespace Sockudo.Tests.Unit.Configuration;

public sealed class StartupBannerTests(ITestOutputHelper output)
{
    [Fact]
    public void It_says_what_runs_where_and_for_whom_in_four_lines()
    {
        var lines = StartupBanner.Format("0.1.0", Load(App("\"max_connections\": 500")), new DescriptorLimit(1_048_576, 1_048_576));
        foreach (var line in lines) output.WriteLine(line);
        Assert.Equal(
        [
            "Sockudo for .NET 0.1.0, adapter local, configuration config/config.json",
            "Listening on http://0.0.0.0:6001; metrics http://0.0.0.0:9601/metrics",
            "1 app: shop (key shop-key)",
            "Connections by configuration 500, descriptors 1,048,576; a socket's message 64 KiB, its queue 1,000 frames or 1024 KiB",
        ], lines);
    }

    [Theory]
    [InlineData("", "http://localhost:6001/")]
    [InlineData("\"host\": \"127.0.0.1\", \"port\": 6002, \"path_prefix\": \"/ws\"", "http://127.0.0.1:6002/ws/")]
    public void In_development_it_names_a_page_that_a_browser_can_open(string settings, string page)
    {
        var result = Load($"{{ {settings} }}", environmentName: "Development");
        Assert.Contains($"Development: open {page} and press the button", StartupBanner.Format("1", result, null, isDevelopment: true));
        Assert.DoesNotContain(StartupBanner.Format("1", result, null), static line => line.StartsWith("Development", StringComparison.Ordinal));
    }

    [Fact]
    public void It_never_shows_a_secret() => Assert.DoesNotContain(StartupBanner.Format("1", Load(), null), line => line.Contains("shop-secret", StringComparison.Ordinal));

    [Theory]
    [InlineData(100_000, 1024, true)]
    [InlineData(500, 1024, false)]
    [InlineData(0, 1024, true)]
    [InlineData(0, 1_048_576, false)]
    public void It_warns_when_descriptors_are_fewer_than_connections(int connections, long descriptors, bool warns)
    {
        var lines = StartupBanner.Format("1", Load(App($"\"max_connections\": {connections}")), new DescriptorLimit(descriptors, descriptors));
        Assert.Equal(warns, lines.Any(line => line.StartsWith("Warning: the descriptor limit", StringComparison.Ordinal) && line.Contains("ulimit -n", StringComparison.Ordinal)));
    }

    [Fact]
    public void It_repeats_the_warnings_with_their_fix() =>
        Assert.Contains(StartupBanner.Format("1", Load(FileWith("prot", "1")), null), line => line.StartsWith("Warning: prot", StringComparison.Ordinal) && line.EndsWith("Fix: did you mean port?", StringComparison.Ordinal));

    [Theory]
    [InlineData("Max open files            1024                 524288               files", 1024L, 524288L)]
    [InlineData("Max open files            unlimited            unlimited            files", null, null)]
    public void The_descriptor_limit_is_read_from_proc(string line, long? soft, long? hard) =>
        Assert.Equal(new DescriptorLimit(soft, hard), DescriptorLimit.Parse($"Limit                     Soft Limit           Hard Limit           Units\n{line}\n"));

    [Fact]
    public void Limits_without_the_line_are_unknown() => Assert.Null(DescriptorLimit.Parse("Limit\n"));
}
