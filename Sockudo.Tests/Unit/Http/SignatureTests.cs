using System.Globalization;
using Sockudo.Server.Apps;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

/// <summary>What is signed and how it is read; the routes are those of <see cref="SignatureMatrixTests"/>.</summary>
public sealed class SignatureTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string Event = """{"name":"greeting","channel":"chat","data":"hello"}""";

    private readonly ApiHost _host = fixture.Host;

    [Theory]
    [InlineData("auth_key", 401, "auth_key_missing")]
    [InlineData("auth_timestamp", 401, "timestamp_invalid")]
    [InlineData("body_md5", 401, "body_md5_missing")]
    [InlineData("auth_signature", 401, "signature_missing")]
    [InlineData("auth_version", 401, "signature_invalid")]
    public async Task A_parameter_that_was_signed_and_is_missing_is_refused(string parameter, int status, string code)
    {
        var reply = await Publish().Sign().Without(parameter).SendAsIsAsync();

        Assert.Equal((status, code), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData("auth_key", "nobody", 404, "app_unknown")]
    [InlineData("auth_key", "", 401, "auth_key_missing")]
    [InlineData("auth_key", "APP-KEY", 404, "app_unknown")]
    [InlineData("auth_timestamp", "", 401, "timestamp_invalid")]
    [InlineData("auth_timestamp", "yesterday", 401, "timestamp_invalid")]
    [InlineData("auth_timestamp", "1.5", 401, "timestamp_invalid")]
    [InlineData("auth_timestamp", "99999999999999999999", 401, "timestamp_invalid")]
    [InlineData("auth_timestamp", "-9223372036854775808", 401, "timestamp_expired")]
    [InlineData("auth_timestamp", "0", 401, "timestamp_expired")]
    [InlineData("body_md5", "", 401, "body_md5_missing")]
    [InlineData("body_md5", "d41d8cd98f00b204e9800998ecf8427e", 401, "signature_invalid")]
    [InlineData("auth_signature", "", 401, "signature_missing")]
    [InlineData("auth_signature", "0000", 401, "signature_invalid")]
    [InlineData("auth_signature", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", 401, "signature_invalid")]
    [InlineData("auth_signature", "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé", 401, "signature_invalid")]
    [InlineData("auth_version", "2.0", 401, "signature_invalid")]
    [InlineData("added", "later", 401, "signature_invalid")]
    public async Task A_parameter_that_was_changed_after_signing_is_refused(string parameter, string value, int status, string code)
    {
        var reply = await Publish().Sign().With(parameter, value).SendAsIsAsync();

        Assert.Equal((status, code), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData(-600, 200)]
    [InlineData(600, 200)]
    [InlineData(-601, 401)]
    [InlineData(601, 401)]
    public async Task Ten_minutes_of_skew_are_allowed_either_way(int seconds, int status)
    {
        var reply = await Publish().With("auth_timestamp", Time(seconds)).SendAsync();

        Assert.Equal(status, reply.Status);
    }

    [Theory]
    [InlineData(-700, "700 s behind")]
    [InlineData(3600, "3600 s ahead of")]
    public async Task The_skew_is_said_in_the_reason(int seconds, string said)
    {
        var reply = await Publish().With("auth_timestamp", Time(seconds)).SendAsync();

        Assert.Contains(said, reply.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_is_signed_and_not_checked()
    {
        var reply = await Publish().With("auth_version", "9.9").SendAsync();

        Assert.Equal(200, reply.Status);
    }

    [Fact]
    public async Task A_body_changed_after_signing_is_refused()
    {
        var request = Publish().Sign();
        request.Body = """{"name":"greeting","channel":"chat","data":"hellO"}"""u8.ToArray();

        var reply = await request.SendAsIsAsync();

        Assert.Equal("body_md5_mismatch", reply.Code);
    }

    [Fact]
    public async Task An_empty_body_has_the_MD5_of_the_empty_string()
    {
        var reply = await _host.Request("POST", "/apps/app-id/users/42/terminate_connections").With("body_md5", "d41d8cd98f00b204e9800998ecf8427e").SendAsync();

        Assert.Equal(200, reply.Status);
    }

    [Fact]
    public async Task The_MD5_must_be_lower_case()
    {
        var request = Publish().Sign();
        var md5 = request.Parameters.Single(static parameter => parameter.Key == "body_md5").Value;

        var reply = await request.With("body_md5", md5.ToUpperInvariant()).Sign().SendAsIsAsync();

        Assert.Equal("body_md5_mismatch", reply.Code);
    }

    [Fact]
    public async Task A_GET_must_not_have_a_body_MD5()
    {
        var reply = await _host.Request("GET", ApiHost.AnyPath).With("body_md5", "d41d8cd98f00b204e9800998ecf8427e").SendAsync();

        Assert.Equal((401, "body_md5_unexpected"), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task Of_equal_parameters_the_last_counts()
    {
        var request = _host.Request("GET", ApiHost.AnyPath).With("info", "subscription_count").Sign();
        request.Parameters.Insert(0, ("info", "never-signed"));

        Assert.Equal(200, (await request.SendAsIsAsync()).Status);
    }

    [Fact]
    public async Task A_second_signature_behind_the_right_one_counts()
    {
        var request = _host.Request("GET", ApiHost.AnyPath).Sign();
        request.Parameters.Add(("auth_signature", new string('0', 64)));

        Assert.Equal("signature_invalid", (await request.SendAsIsAsync()).Code);
    }

    [Fact]
    public async Task Keys_are_signed_in_lower_case_however_they_are_sent()
    {
        var request = _host.Request("GET", ApiHost.AnyPath);
        request.Parameters.Add(("Filter_By_Prefix", "chat"));

        Assert.Equal(200, (await request.SendAsync()).Status);
    }

    [Theory]
    [InlineData("a b", "a%20b")]
    [InlineData("a b", "a+b")]
    [InlineData("a+b", "a%2Bb")]
    [InlineData("zürich", "z%C3%BCrich")]
    [InlineData("a&b=c", "a%26b%3Dc")]
    [InlineData("100%", "100%")]
    [InlineData("x=y", "x=y")]
    [InlineData("", "")]
    public async Task Values_are_signed_decoded(string asSigned, string asSent)
    {
        var request = _host.Request("GET", ApiHost.AnyPath).With("note", asSigned).Sign();
        var query = string.Join('&', request.Parameters.Select(parameter => $"{parameter.Key}={(parameter.Key == "note" ? asSent : parameter.Value)}"));

        Assert.Equal(200, (await request.SendRawAsync("?" + query)).Status);
    }

    [Fact]
    public async Task A_parameter_without_a_value_is_signed_as_empty()
    {
        var request = _host.Request("GET", ApiHost.AnyPath).With("flag", "").Sign();
        var query = string.Join('&', request.Parameters.Select(static parameter => parameter.Key == "flag" ? "flag" : $"{parameter.Key}={parameter.Value}"));

        Assert.Equal(200, (await request.SendRawAsync("?" + query + "&&")).Status);
    }

    [Fact]
    public async Task One_trailing_slash_is_not_part_of_the_path()
    {
        var request = _host.Request("POST", "/apps/app-id/events/", Event);
        request.SignedPath = "/apps/app-id/events";

        Assert.Equal(200, (await request.SendAsync()).Status);
    }

    [Fact]
    public async Task The_path_is_signed_as_sent_and_not_decoded()
    {
        Assert.Equal(200, (await _host.GetAsync("/apps/app-id/channels/%63hat")).Status);
    }

    [Theory]
    [InlineData("/apps/app-id/channels/%63hat", "/apps/app-id/channels/chat", 200)]
    [InlineData("/apps/app-id/channels/chat%2Fusers", "/apps/app-id/channels/chat/users", 401)]
    public async Task A_path_may_be_signed_decoded_when_that_changes_no_meaning(string sent, string signedPath, int status)
    {
        var request = _host.Request("GET", sent);
        request.SignedPath = signedPath;

        Assert.Equal(status, (await request.SendAsync()).Status);
    }

    [Fact]
    public async Task A_signature_is_good_for_its_method_only()
    {
        var request = _host.Request("GET", "/apps/app-id/channels").Sign();
        var signature = request.Parameters.Single(static parameter => parameter.Key == "auth_signature").Value;

        var reply = await _host.Request("GET", "/apps/app-id/channels/chat").With("auth_signature", signature).SendAsIsAsync();

        Assert.Equal("signature_invalid", reply.Code);
    }

    [Fact]
    public async Task More_than_sixty_four_parameters_are_refused()
    {
        var query = "?" + string.Join('&', Enumerable.Range(0, 65).Select(static i => $"p{i}=1"));

        var reply = await _host.Request("GET", ApiHost.AnyPath).SendRawAsync(query);

        Assert.Equal((400, "query_invalid"), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData("auth_key", "nobody")]
    [InlineData("auth_signature", "0000")]
    [InlineData("body_md5", "0000")]
    public async Task In_Production_nothing_of_the_request_is_shown(string parameter, string value)
    {
        var reply = await Publish().Sign().With(parameter, value).SendAsIsAsync();

        Assert.DoesNotContain("auth_timestamp=", reply.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("nobody", reply.Body, StringComparison.Ordinal);
    }

    private SignedRequest Publish(App? app = null) => _host.Request("POST", "/apps/app-id/events", Event, app);

    private string Time(int offset) => (_host.Clock.GetUtcNow().ToUnixTimeSeconds() + offset).ToString(CultureInfo.InvariantCulture);
}
