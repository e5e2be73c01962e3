using System.Net;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Http;

/// <summary>Doubled slashes, which URLs put together by hand have.</summary>
public sealed class SlashTests(SharedServer shared, ITestOutputHelper output) : ServerTest(shared, output)
{
    [Theory]
    [InlineData("//apps/demo/events")]
    [InlineData("/apps//demo/events")]
    [InlineData("/apps/demo//events")]
    public async Task An_API_path_with_one_is_nobodys_and_told_so_in_a_word(string path)
    {
        var request = new SignedRequest(TestApps.Demo, HttpMethod.Post, path, """{"name":"e","channel":"news","data":"1"}""");
        request.Sign(TimeProvider.System.GetUtcNow());
        using var message = request.ToMessage();
        message.RequestUri = new Uri($"{Server.HttpUri.GetLeftPart(UriPartial.Authority)}{path}{message.RequestUri!.OriginalString[message.RequestUri.OriginalString.IndexOf('?', StringComparison.Ordinal)..]}");
        using var answer = await Server.Http.SendAsync(message, TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.InRange(body.Length, 0, 200);
    }

    [Fact]
    public async Task Before_app_it_is_a_404_and_behind_it_a_key_that_nobody_has()
    {
        await using var before = await RawWebSocket.OpenAsync(Server.HttpUri, $"//app/{TestApps.Demo.Key}?protocol=7");
        await using var behind = await RawWebSocket.OpenAsync(Server.HttpUri, $"/app//{TestApps.Demo.Key}?protocol=7");

        Assert.Equal((404, 101), (before.Response.Status, behind.Response.Status));
        Assert.Contains("4001", (await behind.ReadFrameAsync())!.Text, StringComparison.Ordinal);
    }
}
