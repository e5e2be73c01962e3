using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Sockudo.Server.Http;
using Sockudo.Server.Messaging;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

/// <summary>What Development adds, and the path prefix.</summary>
public sealed class SignatureExplanationTests : IAsyncLifetime
{
    private ApiHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ApiHost.StartAsync(
        static services => services
            .Configure<MessagingOptions>(static options => options.ExplainSignatures = true)
            .Configure<HttpApiOptions>(static options => options.PathPrefix = "/ws"),
        application: static app => app.UsePathBase("/ws"));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_wrong_signature_shows_the_text_to_sign()
    {
        var request = Publish().Sign();

        var reply = await request.With("auth_signature", new string('0', 64)).SendAsIsAsync();

        Assert.Contains(request.Text(), reply.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_signature_never_shows_a_secret_or_the_right_one()
    {
        var request = Publish().Sign();
        var right = request.Parameters.Single(static parameter => parameter.Key == "auth_signature").Value;

        var reply = await request.With("auth_signature", new string('0', 64)).SendAsIsAsync();

        Assert.DoesNotContain(ApiHost.App.Secret, reply.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(right, reply.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auth_key", "nobody", "no app has the auth_key 'nobody'")]
    [InlineData("auth_key", "other-key", "the app id 'app-id' of the path is not the app of auth_key 'other-key'")]
    [InlineData("auth_timestamp", "1", "behind the server's clock")]
    [InlineData("body_md5", "0000", "&body_md5=0000")]
    public async Task A_refusal_names_what_was_wrong(string parameter, string value, string said)
    {
        var reply = await Publish().Sign().With(parameter, value).SendAsIsAsync();

        Assert.Contains(said, reply.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_was_signed_wrongly_is_told_its_MD5()
    {
        var reply = await Publish().With("body_md5", "0000").SendAsync();

        Assert.Contains("the body of 2 bytes has the MD5 99914b932bd37a50b983c5e7c90ae93b", reply.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_names_the_section_that_explains_it()
    {
        var reply = await Publish().Sign().With("auth_signature", "0").SendAsIsAsync();

        Assert.Equal("docs/api.md#signature", reply.Json.GetProperty("doc").GetString());
    }

    [Theory]
    [InlineData("/ws/apps/app-id/channels")]
    [InlineData("/apps/app-id/channels")]
    public async Task Behind_a_prefix_the_path_may_be_signed_with_it_or_without(string asSigned)
    {
        var request = _host.Request("GET", "/ws/apps/app-id/channels");
        request.SignedPath = asSigned;

        Assert.Equal(200, (await request.SendAsync()).Status);
    }

    [Fact]
    public async Task Another_prefix_is_not_what_was_signed()
    {
        var request = _host.Request("GET", "/ws/apps/app-id/channels");
        request.SignedPath = "/api/apps/app-id/channels";

        Assert.Equal("signature_invalid", (await request.SendAsync()).Code);
    }

    private SignedRequest Publish() => _host.Request("POST", "/apps/app-id/events", "{}");
}
