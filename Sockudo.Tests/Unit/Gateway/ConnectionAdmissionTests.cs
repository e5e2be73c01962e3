using Sockudo.Server.Apps;
using Sockudo.Server.Gateway;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Gateway;

public sealed class ConnectionAdmissionTests
{
    private static readonly App[] Apps =
    [
        TestApps.Default,
        TestApps.Default with { Id = "odd", Key = "a/b c" },
        TestApps.Default with { Id = "off", Key = "off-key", Enabled = false },
        TestApps.Default with { Id = "fenced", Key = "fenced-key", AllowedOrigins = OriginPatterns.Parse(["https://shop.example"]) },
    ];

    [Theory]
    [InlineData("/app/shop-key", "", null, 0)]
    [InlineData("/app/shop-key/", "", null, 0)]
    [InlineData("/app/shop%2Dkey", "", null, 0)]
    [InlineData("/APP/shop-key", "", null, 0)]
    [InlineData("/app/a%2Fb%20c", "", null, 0)]
    [InlineData("/app/shop-key", "protocol=5", null, 0)]
    [InlineData("/app/shop-key", "client=js&protocol=7&version=8.4.0&flash=false", null, 0)]
    [InlineData("/app/shop-key", "xprotocol=99", null, 0)]
    [InlineData("/app/fenced-key", "", "https://shop.example", 0)]
    [InlineData("/app/none", "", null, 4001)]
    [InlineData("/app/", "", null, 4001)]
    [InlineData("/app/SHOP-KEY", "", null, 4001)]
    [InlineData("/app/shop-key/more", "", null, 4001)]
    [InlineData("/app/%", "", null, 4001)]
    [InlineData("/elsewhere", "", null, 4005)]
    [InlineData("/", "", null, 4005)]
    [InlineData("/app/off-key", "", null, 4003)]
    [InlineData("/app/shop-key", "protocol=", null, 4006)]
    [InlineData("/app/shop-key", "protocol=seven", null, 4006)]
    [InlineData("/app/shop-key", "protocol=7.0", null, 4006)]
    [InlineData("/app/shop-key", "protocol=4", null, 4007)]
    [InlineData("/app/shop-key", "protocol=8", null, 4007)]
    [InlineData("/app/shop-key", "protocol=-1", null, 4007)]
    [InlineData("/app/shop-key", "protocol=99999999999999999999", null, 4007)]
    [InlineData("/app/fenced-key", "", "https://evil.example", 4009)]
    [InlineData("/app/fenced-key", "", null, 4009)]
    public async Task A_handshake_is_decided_by_its_path_query_and_origin(string path, string query, string? origin, int code)
    {
        using var gate = new Gate(apps: Apps);
        var (app, refusal) = await gate.Admission.DecideAsync(path, query, origin, TestContext.Current.CancellationToken);

        Assert.Equal(code, (int)(refusal?.Code ?? 0));
        Assert.Equal(code == 0, app is not null);
    }

    [Theory]
    [InlineData(null, "the Origin header is missing")]
    [InlineData("", "the Origin header is missing")]
    [InlineData("null", "the origin is not allowed")]
    [InlineData("https://evil.example", "the origin is not allowed")]
    public async Task A_refusal_tells_a_missing_origin_from_a_wrong_one(string? origin, string text)
    {
        using var gate = new Gate(apps: Apps);
        var (_, refusal) = await gate.Admission.DecideAsync("/app/fenced-key", "", origin, TestContext.Current.CancellationToken);

        Assert.StartsWith(text, refusal!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData("https://shop.example", 0)]
    [InlineData("null", 4009)]
    [InlineData("https://evil.example", 4009)]
    public async Task An_app_can_let_in_who_sends_no_origin_and_still_keep_others_out(string? origin, int code)
    {
        using var gate = new Gate(apps: [Apps[3] with { AllowMissingOrigin = true }]);
        var (_, refusal) = await gate.Admission.DecideAsync("/app/fenced-key", "", origin, TestContext.Current.CancellationToken);

        Assert.Equal(code, (int)(refusal?.Code ?? 0));
    }

    [Theory]
    [InlineData("/ws/app/shop-key", 0)]
    [InlineData("/app/shop-key", 4005)]
    public async Task With_a_prefix_the_path_begins_with_it(string path, int code)
    {
        using var gate = new Gate(new GatewayOptions { PathPrefix = "/ws" });
        var (_, refusal) = await gate.Admission.DecideAsync(path, "", null, TestContext.Current.CancellationToken);

        Assert.Equal(code, (int)(refusal?.Code ?? 0));
    }

    [Fact]
    public async Task A_key_that_does_not_exist_is_no_label()
    {
        using var gate = new Gate();
        await gate.Admission.DecideAsync("/app/invented", "", null, TestContext.Current.CancellationToken);

        Assert.Equal(1, gate.Node.Metrics.ForApp("unknown").ConnectionErrors["app_not_found"].Value);
    }
}
