using Xunit;
using static Sockudo.Tests.Unit.Configuration.Loading;

namespace Sockudo.Tests.Unit.Configuration;

/// <summary>The window over which a stopping server closes its sockets fits into its grace period.</summary>
public sealed class DrainWindowTests
{
    [Theory]
    [InlineData("10", null, 1000)]
    [InlineData("1", null, 0)]
    [InlineData("0", null, 0)]
    [InlineData("30", "29000", 29_000)]
    [InlineData("30", "0", 0)]
    public void What_fits_is_used_without_a_word(string grace, string? window, int effective)
    {
        var result = LoadWith(grace, window);

        Assert.Empty(result.Warnings);
        Assert.Equal(effective, result.Configuration.Listener.EffectiveDrainWindow.TotalMilliseconds);
    }

    [Theory]
    [InlineData("30", "30000", 29_000)]
    [InlineData("2", "60000", 1000)]
    [InlineData("1", "500", 0)]
    public void What_does_not_fit_is_cut_and_said(string grace, string window, int effective)
    {
        var result = LoadWith(grace, window);

        Assert.Contains($"{effective} ms are used", Assert.Single(result.Warnings).Text, StringComparison.Ordinal);
        Assert.Equal(effective, result.Configuration.Listener.EffectiveDrainWindow.TotalMilliseconds);
    }

    private static Server.Configuration.ConfigurationResult LoadWith(string grace, string? window) => Load(environment: window is null
        ? Variables(("SHUTDOWN_GRACE_PERIOD", grace))
        : Variables(("SHUTDOWN_GRACE_PERIOD", grace), ("SHUTDOWN_DRAIN_WINDOW_MS", window)));
}
