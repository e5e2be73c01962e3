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
    [InlineData("""{"id":true}""")]
    [InlineData("""{"id":""}""")]
    [InlineData("""{"id":"7","watchlist":5}""")]
    [InlineData("not json")]
    [InlineData("""{"id":"7" """)]
    [InlineData("""{"id":"\ud800"}""")]
    public void Rightly_signed_data_that_names_no_user_is_4009(string userData)
    {
        var client = _node.Connect().Quietly();
        client.Say("pusher:signin", new { auth = TestApps.Auth(client.App, $"{client.Id}::user::{userData}"), user_data = userData });

        Assert.Equal(4009, Code(Assert.Single(client.News)));
        Assert.Null(client.Connection.UserId);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"auth":5,"user_data":"{}"}""")]
    [InlineData("""{"auth":"k:s","user_data":{"id":"7"}}""")]
    [InlineData("\"{\"")]
    [InlineData("7")]
    public void A_request_without_its_strings_is_4009(string data) =>
        Assert.Equal(4009, Code(Assert.Single(_node.Connect().Quietly().Say($$"""{"event":"pusher:signin","data":{{data}}}""").News)));

    [Theory]
    [InlineData("idp|42")]
    [InlineData("a b")]
    [InlineData("x+1@ex.test")]
    [InlineData("é")]
    [InlineData("a/b")]
    [InlineData("%2F?#")]
    [InlineData("\U0001F600")]
    [InlineData("\"quoted\" \\ <b>")]
    public void Whoever_signs_in_is_reached_and_may_subscribe_to_the_users_channel(string id)
    {
        var client = _node.Connect().SignIn(id).Quietly();
        _node.Publish($"#server-to-user-{id}", "told", "x");
        client.Subscribe($"#server-to-user-{id}");

        Assert.Equal(["told", "pusher_internal:subscription_succeeded"], client.NewEvents);
        Assert.Equal(1, _node.Adapter.CloseUser(client.App, id, new Server.Protocol.PusherError(Server.Protocol.ErrorCode.Unauthorized, "over")));
    }

    [Theory]
    [InlineData("a\nb", "position 1")]
    [InlineData("\u007F", "position 0")]
    [InlineData("ab\u0085", "position 2")]
    [InlineData("", "empty")]
    public void An_id_that_breaks_the_rule_is_refused_with_what_is_wrong(string id, string named)
    {
        var client = _node.Connect().Quietly().SignIn(id);
        var news = Assert.Single(client.News);

        Assert.Equal(4009, Code(news));
        Assert.Contains(named, news, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(184, true)]
    [InlineData(185, false)]
    public void An_id_is_as_long_as_its_channels_name_may_be(int length, bool isAllowed)
    {
        var client = _node.Connect().Quietly().SignIn(new string('é', length));
        var news = Assert.Single(client.News);

        Assert.Equal(isAllowed, client.Connection.UserId is not null);
        if (!isAllowed) Assert.Contains("185 characters, the limit is 184", news, StringComparison.Ordinal);
    }

    [Fact]
    public void An_app_without_user_authentication_refuses_it() =>
        Assert.Equal(4009, Code(Assert.Single(_node.Connect(TestApps.Default with { EnableUserAuthentication = false }).Quietly().SignIn("7").News)));

    private static int Code(string text) => TestClient.Parse(text).GetProperty("data").GetProperty("code").GetInt32();
}
