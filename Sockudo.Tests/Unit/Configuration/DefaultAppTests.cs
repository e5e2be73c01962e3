using Sockudo.Server.Configuration.Apps;
using Xunit;
using static Sockudo.Tests.Unit.Configuration.Loading;

namespace Sockudo.Tests.Unit.Configuration;

public sealed class DefaultAppTests
{
    private static readonly (string, string)[] Credentials =
        [("SOCKUDO_DEFAULT_APP_ID", "env-id"), ("SOCKUDO_DEFAULT_APP_KEY", "env-key"), ("SOCKUDO_DEFAULT_APP_SECRET", "env-secret")];

    public static TheoryData<string, string> EveryVariable()
    {
        var data = new TheoryData<string, string>();
        foreach (var key in AppKeys.All)
        {
            foreach (var variable in key.Variables) data.Add(variable, key.Path);
        }

        return data;
    }

    [Fact]
    public void The_variables_add_one_app_behind_those_of_the_file()
    {
        var result = Load(environment: Variables(Credentials));
        Assert.Equal(["shop", "env-id"], result.Configuration.AppManager.Apps.Select(app => app.Id));
    }

    [Fact]
    public void Its_numbers_are_100()
    {
        var app = Assert.Single(Load(json: null, Variables(Credentials)).Configuration.AppManager.Apps);
        Assert.Equal((100, 100, 100, 100), (app.MaxConnections, app.MaxClientEventsPerSecond, app.MaxReadRequestsPerSecond, app.MaxBackendEventsPerSecond));
        Assert.Equal((100, 100, 100, 100), (app.MaxPresenceMembersPerChannel, app.MaxPresenceMemberSizeInKb, app.MaxChannelNameLength, app.MaxEventChannelsAtOnce));
        Assert.Equal((100, 100, 100), (app.MaxEventNameLength, app.MaxEventPayloadInKb, app.MaxEventBatchSize));
        Assert.False(app.EnableClientMessages || app.EnableUserAuthentication || app.EnableWatchlistEvents);
        Assert.Null(app.AllowedOrigins);
    }

    [Theory]
    [MemberData(nameof(EveryVariable))]
    public void Every_variable_reaches_its_property(string variable, string property)
    {
        var environment = Variables(Credentials);
        environment[variable] = property switch
        {
            "allowed_origins" => "https://shop.example, *.shop.example",
            "enabled" => "true",
            _ when property.StartsWith("max_", StringComparison.Ordinal) => "7",
            _ when property.StartsWith("enable_", StringComparison.Ordinal) || property.StartsWith("allow_", StringComparison.Ordinal) => "yes",
            _ => "other",
        };
        var app = Assert.Single(Load(json: null, environment).Apps);
        Assert.Equal(variable, app.Origins[property].ToString());
        Assert.Contains(AppKeys.Find(property)!.Display(app), environment[variable] == "yes" ? "true" : environment[variable], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("false")]
    [InlineData("0")]
    public void It_can_be_switched_off(string text) =>
        Assert.Equal("shop", Assert.Single(Load(environment: Variables([.. Credentials, ("SOCKUDO_DEFAULT_APP_ENABLED", text)])).Configuration.AppManager.Apps).Id);

    [Fact]
    public void An_id_without_key_and_secret_is_a_warning_and_adds_nothing()
    {
        var result = Load(environment: Variables(("SOCKUDO_DEFAULT_APP_ID", "env-id")));
        Assert.Single(result.Configuration.AppManager.Apps);
        Assert.Contains("SOCKUDO_DEFAULT_APP_KEY and SOCKUDO_DEFAULT_APP_SECRET", Assert.Single(result.Warnings).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_switch_that_cannot_be_read_is_a_warning_and_keeps_its_default()
    {
        var result = Load(json: null, Variables([.. Credentials, ("SOCKUDO_ENABLE_CLIENT_MESSAGES", "many")]));
        Assert.False(result.Configuration.AppManager.Apps[0].EnableClientMessages);
        Assert.Contains("SOCKUDO_ENABLE_CLIENT_MESSAGES", Assert.Single(result.Warnings).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_id_as_in_the_file_stops_the_start() =>
        Assert.Contains(Load(environment: Variables([.. Credentials[1..], ("SOCKUDO_DEFAULT_APP_ID", "shop")])).Errors, error => error.Path == "SOCKUDO_DEFAULT_APP_*.id");
}
