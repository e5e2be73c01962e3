using Sockudo.Server.Configuration.Commands;
using Xunit;
using static Sockudo.Tests.Unit.Configuration.Loading;

namespace Sockudo.Tests.Unit.Configuration;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("", nameof(ServerCommand.Run), null)]
    [InlineData("--config a.json", nameof(ServerCommand.Run), "a.json")]
    [InlineData("--config=a.json", nameof(ServerCommand.Run), "a.json")]
    [InlineData("-c a.json", nameof(ServerCommand.Run), "a.json")]
    [InlineData("check", nameof(ServerCommand.Check), null)]
    [InlineData("check --config a.json", nameof(ServerCommand.Check), "a.json")]
    [InlineData("--help", nameof(ServerCommand.Help), null)]
    [InlineData("-V", nameof(ServerCommand.Version), null)]
    [InlineData("docs configuration", nameof(ServerCommand.WriteDocs), null)]
    public void Commands_and_options_are_read(string text, string command, string? config)
    {
        var line = CommandLine.Parse(text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Null(line.Problem);
        Assert.Equal((command, config), (line.Command.ToString(), line.ConfigPath));
    }

    [Theory]
    [InlineData("--confg a.json", "did you mean --config?")]
    [InlineData("start", "is not understood")]
    [InlineData("--config", "needs a value")]
    public void What_is_not_understood_ends_with_1(string text, string said)
    {
        using var errors = new StringWriter();
        Assert.Equal(1, CommandRunner.Run(CommandLine.Parse(text.Split(' ')), () => Load(), "1.0", TextWriter.Null, errors, out _));
        Assert.Contains(said, errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_valid_configuration_is_handed_on()
    {
        Assert.Null(CommandRunner.Run(CommandLine.Parse([]), () => Load(), "1.0", TextWriter.Null, TextWriter.Null, out var configuration));
        Assert.Equal("shop", configuration!.Configuration.AppManager.Apps[0].Id);
    }

    [Fact]
    public void A_start_with_a_wrong_configuration_ends_with_1_and_every_error()
    {
        using var errors = new StringWriter();
        Assert.Equal(1, CommandRunner.Run(CommandLine.Parse([]), () => Load("""{ "port": true, "host": 1 }"""), "1.0", TextWriter.Null, errors, out var configuration));
        Assert.Null(configuration);
        Assert.Contains("port: expected", errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("host: expected", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Version_and_environment_are_read()
    {
        var line = CommandLine.Parse(["--environment", "Development", "--urls", "http://localhost:5000"]);
        Assert.Equal(("Development", "http://localhost:5000"), (line.EnvironmentName, line.Urls));
    }
}
