using Xunit;
using static Sockudo.Tests.Unit.Configuration.Loading;

namespace Sockudo.Tests.Unit.Configuration;

/// <summary>soketi's variables of the default app, with its prefix and without: an app that everybody knows must not start in their place.</summary>
public sealed class DefaultAppNamesTests
{
    [Theory]
    [InlineData("SOKETI_")]
    [InlineData("")]
    public void In_Production_they_start_nothing_and_are_told_under_our_names(string prefix)
    {
        var result = Load(json: null, Variables(($"{prefix}DEFAULT_APP_ID", "shop"), ($"{prefix}DEFAULT_APP_KEY", "shop-key"), ($"{prefix}DEFAULT_APP_SECRET", "shop-secret")));
        var told = string.Join<object>('\n', [.. result.Errors, .. result.Warnings]);

        Assert.NotEmpty(result.Errors);
        Assert.Empty(result.Configuration.AppManager.Apps);
        Assert.All(["SOCKUDO_DEFAULT_APP_ID", "SOCKUDO_DEFAULT_APP_KEY", "SOCKUDO_DEFAULT_APP_SECRET"], name => Assert.Contains(name, told, StringComparison.Ordinal));
    }
}
