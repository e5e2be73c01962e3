using System.Text.Json;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

/// <summary>How many channels one event may have.</summary>
public sealed class ManyChannelsTests
{
    [Theory]
    [InlineData(null, 101, 200)]
    [InlineData(100, 100, 200)]
    [InlineData(100, 101, 400)]
    public async Task As_many_as_the_app_allows_and_without_a_limit_of_the_app_more_than_a_hundred(int? limit, int channels, int status)
    {
        await using var host = await ApiHost.StartAsync(apps: [ApiHost.App with { MaxEventChannelsAtOnce = limit }]);
        var names = JsonSerializer.Serialize(Enumerable.Range(0, channels).Select(static i => $"c{i}"));

        Assert.Equal(status, (await host.PublishAsync($$"""{"name":"e","channels":{{names}},"data":"1"}""")).Status);
    }

    [Theory]
    [InlineData(256, 200)]
    [InlineData(257, 413)]
    public async Task A_kilobyte_of_data_is_256_emoji_that_are_not_escaped(int count, int status)
    {
        await using var host = await ApiHost.StartAsync();
        var data = string.Concat(Enumerable.Repeat("😀", count));

        Assert.Equal(status, (await host.PublishAsync($$"""{"name":"e","channel":"c","data":"{{data}}"}""")).Status);
    }
}
