using System.Globalization;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Protocol;

/// <summary>Who is let in. A refusal is a <c>pusher:error</c> and a close frame with the same code, on an open WebSocket.</summary>
public sealed class AdmissionTests(SharedServer shared, ITestOutputHelper output) : ServerTest(shared, output)
{
    private static readonly TestApp Nobody = new("nobody");

    [Fact]
    public async Task An_unknown_key_gets_4001() => await RefusedAsync(Nobody, 4001);

    [Fact]
    public async Task A_disabled_app_gets_4003() => await RefusedAsync(TestApps.Disabled, 4003);

    [Theory]
    [InlineData("seven")]
    [InlineData("7.0")]
    [InlineData("")]
    public async Task A_protocol_that_is_no_number_gets_4006(string protocol) =>
        await RefusedAsync(TestApps.Demo, 4006, $"protocol={protocol}");

    [Theory]
    [InlineData("4")]
    [InlineData("8")]
    [InlineData("0")]
    [InlineData("-1")]
    public async Task A_protocol_that_is_not_spoken_gets_4007(string protocol) =>
        await RefusedAsync(TestApps.Demo, 4007, $"protocol={protocol}");

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("http://shop.example")]
    [InlineData("https://shop.example.evil.example")]
    [InlineData("https://notexample.org")]
    [InlineData(null)]
    public async Task An_origin_that_is_not_allowed_gets_4009(string? origin) =>
        await RefusedAsync(TestApps.Origins, 4009, headers: origin is null ? null : new Dictionary<string, string> { ["Origin"] = origin });

    [Theory]
    [InlineData("https://shop.example")]
    [InlineData("HTTPS://SHOP.EXAMPLE")]
    [InlineData("https://example.org")]
    [InlineData("http://www.example.org")]
    public async Task An_origin_that_is_allowed_is_let_in(string origin)
    {
        var connection = Own(await Server.OpenAsync(TestApps.Origins, headers: new Dictionary<string, string> { ["Origin"] = origin }));
        await connection.WaitForAsync("pusher:connection_established");
    }

    [Fact]
    public async Task A_socket_above_the_quota_gets_4004()
    {
        await using var one = await EventuallyAdmittedAsync();
        await using var two = await EventuallyAdmittedAsync();
        await RefusedAsync(TestApps.QuotaOfTwo, 4004);
    }

    [Fact]
    public async Task A_socket_that_leaves_makes_room_in_the_quota()
    {
        await using var one = await EventuallyAdmittedAsync();
        await using (await EventuallyAdmittedAsync())
            await RefusedAsync(TestApps.QuotaOfTwo, 4004);
        await using var again = await EventuallyAdmittedAsync();
        Assert.NotEmpty(again.SocketId);
    }

    [Fact]
    public async Task A_reason_never_holds_the_apps_secret()
    {
        var error = await RefusedAsync(TestApps.Disabled, 4003);
        Assert.DoesNotContain(TestApps.Disabled.Secret, error.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_error_of_a_refusal_has_an_object_for_data()
    {
        var error = await RefusedAsync(Nobody, 4001);
        Assert.Equal(["code", "message"], error.Data!.AsObject().Select(member => member.Key));
    }

    private async Task<PusherEvent> RefusedAsync(
        TestApp app, int code, string? query = null, IReadOnlyDictionary<string, string>? headers = null)
    {
        await using var connection = await Server.OpenAsync(app, query, headers);
        var error = await connection.NextAsync();
        Assert.Equal("pusher:error", error.Name);
        var close = await connection.ClosedAsync();
        Output.WriteLine($"{error} then close {close.Code}");
        Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $"{code} {code}"), string.Create(CultureInfo.InvariantCulture, $"{error.ErrorCode} {close.Code}"));
        return error;
    }

    /// <summary>Sockets of the test before may not be gone yet.</summary>
    private async Task<PusherConnection> EventuallyAdmittedAsync()
    {
        PusherConnection? admitted = null;
        await Eventually.TrueAsync(
            async () =>
            {
                var connection = await Server.OpenAsync(TestApps.QuotaOfTwo);
                if ((await connection.NextAsync()).Name == "pusher:connection_established")
                {
                    admitted = connection;
                    return true;
                }

                await connection.DisposeAsync();
                return false;
            },
            "room in the quota");
        return admitted!;
    }
}
