using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Messaging;

public sealed class SigninHandlerTests : IDisposable
{
    private readonly Node _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_sign_in_is_answered_with_the_data_it_came_with()
    {
        var client = _node.Connect().Quietly().SignIn("7");

        Assert.Equal("""{"id":"7","watchlist":[]}""", TestClient.Parse(client.News.Single()).GetProperty("data").GetProperty("user_data").GetString());
        Assert.Equal(("7", true), (client.Connection.UserId, client.Connection.IsAuthenticated));
    }

    [Fact]
    public void The_success_comes_before_the_watchlists_state() =>
        Assert.Equal(["pusher:signin_success", "pusher_internal:watchlist_events"], _node.Connect().Quietly().SignIn("7", "8").NewEvents);

    [Theory]
    [InlineData("""{"id":"7"}""", "shop-key:0000000000000000000000000000000000000000000000000000000000000000", 4009)]
    [InlineData("""{"id":"7"}""", "", 4009)]
    public void A_wrong_signature_is_4009_and_leaves_the_socket_open(string userData, string auth, int code)
    {
        var client = _node.Connect().Quietly();
        client.Say("pusher:signin", new { auth, user_data = userData });

        Assert.Equal(code, Code(Assert.Single(client.News)));
        Assert.Null(client.Connection.UserId);
        Assert.Null(client.CloseFrame);
    }

    [Fact]
    public void A_signature_for_another_socket_is_refused()
    {
        var client = _node.Connect().Quietly();
        client.Say("pusher:signin", new { auth = TestApps.Auth(client.App, """1.1::user::{"id":"7"}"""), user_data = """{"id":"7"}""" });

        Assert.Equal(4009, Code(Assert.Single(client.News)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"id":7}""")]
    [InlineData("not json")]
    public void Rightly_signed_data_that_names_no_user_is_4000(string userData)
    {
        var client = _node.Connect().Quietly();
        client.Say("pusher:signin", new { auth = TestApps.Auth(client.App, $"{client.Id}::user::{userData}"), user_data = userData });

        Assert.Equal(4000, Code(Assert.Single(client.News)));
    }

    [Fact]
    public void An_app_without_user_authentication_refuses_it() =>
        Assert.Equal(4009, Code(Assert.Single(_node.Connect(TestApps.Default with { EnableUserAuthentication = false }).Quietly().SignIn("7").News)));

    private static int Code(string text) => TestClient.Parse(text).GetProperty("data").GetProperty("code").GetInt32();
}
