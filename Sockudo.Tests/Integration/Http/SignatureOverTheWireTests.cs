using System.Net;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Http;

/// <summary>Each part of a request that is changed behind its signature is noticed.</summary>
public sealed class SignatureOverTheWireTests(SharedServer shared, ITestOutputHelper output) : ServerTest(shared, output)
{
    private const string Body = """{"name":"placed","channel":"orders","data":"1"}""";

    private static readonly Dictionary<string, Action<SignedRequest>> Tamperings = new()
    {
        ["the body"] = request => request.Body = Body.Replace("\"1\"", "\"2\"", StringComparison.Ordinal),
        ["the body and its md5"] = request =>
        {
            request.Body = Body.Replace("\"1\"", "\"2\"", StringComparison.Ordinal);
            request["body_md5"] = SignedRequest.Md5(request.Body);
        },
        ["the signature's last digit"] = request =>
            request["auth_signature"] = request["auth_signature"][..^1] + (request["auth_signature"][^1] == '0' ? '1' : '0'),
        ["the signature's case"] = request => request["auth_signature"] = request["auth_signature"].ToUpperInvariant(),
        ["a missing signature"] = request => request.Remove("auth_signature"),
        ["an added parameter"] = request => request["more"] = "1",
        ["the version"] = request => request["auth_version"] = "1.1",
        ["the timestamp by a second"] = request =>
            request["auth_timestamp"] = (long.Parse(request["auth_timestamp"], System.Globalization.CultureInfo.InvariantCulture) + 1)
                .ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["a missing timestamp"] = request => Resigned(request, r => r.Remove("auth_timestamp")),
        ["a timestamp that is no number"] = request => Resigned(request, r => r["auth_timestamp"] = "now"),
        ["a timestamp of eleven minutes ago"] = request => Resigned(request, r => r["auth_timestamp"] = Seconds(-660)),
        ["a timestamp eleven minutes ahead"] = request => Resigned(request, r => r["auth_timestamp"] = Seconds(660)),
        ["a missing body_md5"] = request => Resigned(request, r => r.Remove("body_md5")),
        ["a body_md5 of another body"] = request => Resigned(request, r => r["body_md5"] = SignedRequest.Md5("{}")),
        ["another secret"] = request => request.SignAgain("guessed"),
        ["the path of another app"] = request =>
            Resigned(request, r => r.Path = r.Path.Replace(TestApps.Demo.Id, TestApps.Users.Id, StringComparison.Ordinal)),
    };

    public static TheoryData<string> Changes => [.. Tamperings.Keys];

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_change_is_refused_with_401(string changed)
    {
        var answer = await Server.Api(TestApps.Demo).SendAsync(HttpMethod.Post, "/events", Body, tamper: Tamperings[changed]);
        Output.WriteLine(answer.ToString());
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
    }

    [Theory]
    [InlineData(-590)]
    [InlineData(590)]
    public async Task A_clock_within_ten_minutes_is_accepted(int seconds)
    {
        var answer = await Server.Api(TestApps.Demo).SendAsync(
            HttpMethod.Post, "/events", Body, tamper: request => Resigned(request, r => r["auth_timestamp"] = Seconds(seconds)));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task The_untouched_request_is_accepted() =>
        Assert.Equal(HttpStatusCode.OK, (await Server.Api(TestApps.Demo).SendAsync(HttpMethod.Post, "/events", Body)).Status);

    [Fact]
    public async Task An_unknown_key_is_refused_with_404()
    {
        var answer = await Server.Api(TestApps.Demo).SendAsync(
            HttpMethod.Post, "/events", Body, tamper: request => Resigned(request, r => r["auth_key"] = "nobody-key"));
        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
    }

    [Fact]
    public async Task A_request_without_a_query_is_refused_with_400()
    {
        using var answer = await Server.Http.GetAsync(new Uri("/apps/demo/channels", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_disabled_app_is_refused_with_403() =>
        Assert.Equal(HttpStatusCode.Forbidden, (await Server.Api(TestApps.Disabled).GetAsync("/channels")).Status);

    [Fact]
    public async Task A_refusal_is_json_with_error_code_and_doc()
    {
        var answer = await Server.Api(TestApps.Demo).SendAsync(HttpMethod.Post, "/events", Body, tamper: request => request.SignAgain("guessed"));
        Assert.Equal(["error", "code", "doc"], answer.Json.AsObject().Select(member => member.Key));
    }

    [Fact]
    public async Task In_production_the_string_to_sign_is_not_shown()
    {
        var answer = await Server.Api(TestApps.Demo).SendAsync(HttpMethod.Post, "/events", Body, tamper: request => request.SignAgain("guessed"));
        Assert.DoesNotContain("body_md5=", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_development_the_string_to_sign_is_shown_without_the_secret()
    {
        await using var server = await SockudoServer.StartAsync(new ServerSetup { HostEnvironment = "Development" });
        var answer = await server.Api(TestApps.Demo).SendAsync(HttpMethod.Post, "/events", Body, tamper: request => request.SignAgain("guessed"));
        Output.WriteLine(answer.Body);
        Assert.Contains($"body_md5={SignedRequest.Md5(Body)}", answer.Json["error"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.DoesNotContain(TestApps.Demo.Secret, answer.Body, StringComparison.Ordinal);
    }

    private static string Seconds(int fromNow) =>
        (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + fromNow).ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Changes what is signed and signs it again: what is refused then is the change itself.</summary>
    private static void Resigned(SignedRequest request, Action<SignedRequest> change)
    {
        change(request);
        request.SignAgain();
    }
}
