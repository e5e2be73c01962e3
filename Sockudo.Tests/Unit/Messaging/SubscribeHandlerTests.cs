using Sockudo.Server.Messaging;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Messaging;

public sealed class SubscribeHandlerTests : IDisposable
{
    private readonly Node _node = new();

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("news")]
    [InlineData("cache-news")]
    [InlineData("private-a")]
    [InlineData("private-cache-a")]
    [InlineData("private-encrypted-a")]
    [InlineData("private-encrypted-cache-a")]
    public void A_rightly_signed_subscription_succeeds(string channel) =>
        Assert.Equal("pusher_internal:subscription_succeeded", _node.Connect().Quietly().Subscribe(channel).NewEvents[0]);

    [Theory]
    [InlineData("private-a")]
    [InlineData("private-cache-a")]
    [InlineData("private-encrypted-a")]
    [InlineData("private-encrypted-cache-a")]
    [InlineData("presence-a")]
    [InlineData("presence-cache-a")]
    public void A_wrong_signature_is_refused_twice_told(string channel)
    {
        var client = _node.Connect().Quietly();
        client.Say("pusher:subscribe", new { channel, auth = TestApps.Auth(client.App, $"1.1:{channel}"), channel_data = """{"user_id":"7"}""" });
        var news = client.News;

        Assert.Equal("AuthError", TestClient.Parse(news[0]).GetProperty("data").GetProperty("type").GetString());
        Assert.Equal((channel, 401), (TestClient.Parse(news[0]).GetProperty("channel").GetString(), TestClient.Parse(news[0]).GetProperty("data").GetProperty("status").GetInt32()));
        Assert.Equal(4009, Code(news[1]));
        Assert.Empty(client.Connection.Subscriptions);
        Assert.Null(client.CloseFrame);
    }

    [Theory]
    [InlineData("private-a")]
    [InlineData("presence-a")]
    public void A_missing_signature_is_4009(string channel)
    {
        var client = _node.Connect().Quietly().Say("pusher:subscribe", new { channel });

        Assert.Equal(4009, Code(client.News[1]));
    }

    [Fact]
    public void A_presence_subscription_without_channel_data_is_an_error()
    {
        var client = _node.Connect().Quietly();
        client.Say("pusher:subscribe", new { channel = "presence-a", auth = TestApps.Auth(client.App, $"{client.Id}:presence-a") });

        Assert.Equal(4000, Code(client.News[1]));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"user_id":true}""")]
    public void Channel_data_that_names_no_user_is_an_error(string channelData)
    {
        var client = _node.Connect().Quietly();
        client.Say("pusher:subscribe", new { channel = "presence-a", auth = TestApps.Auth(client.App, $"{client.Id}:presence-a:{channelData}"), channel_data = channelData });

        Assert.Equal(4000, Code(client.News[1]));
    }

    [Fact]
    public void Channel_data_that_was_not_signed_is_refused()
    {
        var client = _node.Connect().Quietly();
        client.Say("pusher:subscribe", new { channel = "presence-a", auth = TestApps.Auth(client.App, $"{client.Id}:presence-a:{{\"user_id\":\"7\"}}"), channel_data = """{"user_id":"admin"}""" });

        Assert.Equal(4009, Code(client.News[1]));
    }

    [Theory]
    [InlineData(1, 1024, true)]
    [InlineData(1, 1025, false)]
    [InlineData(2, 2048, true)]
    [InlineData(2, 2049, false)]
    public void User_info_is_measured_to_the_byte(int limit, int bytes, bool isAllowed)
    {
        var client = _node.Connect(TestApps.Default with { MaxPresenceMemberSizeInKb = limit }).Quietly();
        client.Join("presence-a", "7", $"\"{new string('x', bytes - 2)}\"");
        var news = client.News;

        if (isAllowed) Assert.Single(news);
        else Assert.Equal(4300, Code(news[1]));
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("é")]
    public void A_bad_name_is_4300_on_its_channel(string channel)
    {
        var client = _node.Connect().Quietly().Subscribe(channel);

        Assert.Equal(4300, Code(client.News[1]));
    }

    [Fact]
    public void A_signed_in_user_joins_as_itself_with_its_info()
    {
        var client = SignedIn("""{"id":"7","user_info":{"name":"Ann"}}""");
        client.Say("pusher:subscribe", new { channel = "presence-a", auth = TestApps.Auth(client.App, $"{client.Id}:presence-a") });

        Assert.Equal("""{"presence":{"ids":["7"],"hash":{"7":{"name":"Ann"}},"count":1}}""", TestClient.Data(client.News[0]).GetRawText());
    }

    [Fact]
    public void Channel_data_wins_over_the_sign_in()
    {
        var client = SignedIn("""{"id":"7","user_info":{"name":"Ann"}}""").Join("presence-a", "8");

        Assert.Equal("""{"presence":{"ids":["8"],"hash":{"8":{}},"count":1}}""", TestClient.Data(client.News[0]).GetRawText());
    }

    [Fact]
    public void Whoever_signed_in_again_joins_as_the_user_it_is_now()
    {
        var client = SignedIn("""{"id":"7","user_info":{"name":"Ann"}}""").SignIn("8").Quietly();
        client.Say("pusher:subscribe", new { channel = "presence-a", auth = TestApps.Auth(client.App, $"{client.Id}:presence-a") });

        Assert.Equal("""{"presence":{"ids":["8"],"hash":{"8":{}},"count":1}}""", TestClient.Data(client.News[0]).GetRawText());
    }

    [Theory]
    [InlineData("private-x", "{}", "5")]
    [InlineData("private-x", "\"k:s\"", "{}")]
    [InlineData("presence-a", "7", "\"{}\"")]
    [InlineData("presence-a", "\"k:s\"", """{"user_id":"1"}""")]
    [InlineData("presence-a", "null", "[]")]
    public void A_member_of_a_wrong_type_is_told_on_the_channel(string channel, string auth, string channelData)
    {
        var client = _node.Connect().Quietly();
        var news = client.Say($$$"""{"event":"pusher:subscribe","data":{"auth":{{{auth}}},"channel_data":{{{channelData}}},"channel":"{{{channel}}}"}}""").News;

        Assert.Equal(channel, TestClient.Parse(news[0]).GetProperty("channel").GetString());
        Assert.Equal("pusher:subscription_error", TestClient.Parse(news[0]).GetProperty("event").GetString());
        Assert.Null(client.CloseFrame);
    }

    [Fact]
    public void A_private_channel_does_not_look_at_channel_data()
    {
        var client = _node.Connect().Quietly();
        client.Say("pusher:subscribe", new { channel = "private-x", auth = TestApps.Auth(client.App, $"{client.Id}:private-x"), channel_data = new { user_id = "7" } });

        Assert.Equal(["pusher_internal:subscription_succeeded"], client.NewEvents);
    }

    [Fact]
    public void A_public_channel_looks_at_neither_auth_nor_channel_data() =>
        Assert.Equal(
            ["pusher_internal:subscription_succeeded"],
            _node.Connect().Quietly().Say("""{"event":"pusher:subscribe","data":{"channel":"news","auth":5,"channel_data":[]}}""").NewEvents);

    [Theory]
    [InlineData("a\nb", "position 1")]
    [InlineData("\u009F", "position 0")]
    public void A_members_id_keeps_the_rule_of_user_ids(string id, string named)
    {
        var client = _node.Connect().Quietly();
        var channelData = System.Text.Json.JsonSerializer.Serialize(new { user_id = id });
        client.Say("pusher:subscribe", new { channel = "presence-a", auth = TestApps.Auth(client.App, $"{client.Id}:presence-a:{channelData}"), channel_data = channelData });

        Assert.Contains(named, client.News[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_is_refused_rather_than_ignored()
    {
        var client = _node.Connect().Quietly().Say("pusher:subscribe", new { channel = "news", filter = new { key = "type" } });

        Assert.Equal(["pusher:subscription_error", "pusher:error"], client.NewEvents);
        Assert.Empty(client.Connection.Subscriptions);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("8", false)]
    [InlineData("7", true)]
    public void A_users_channel_is_open_to_that_user_only(string? signedInAs, bool isAllowed)
    {
        var client = _node.Connect();
        if (signedInAs is not null) client.SignIn(signedInAs);
        client.Quietly().Subscribe("#server-to-user-7");

        Assert.Equal(isAllowed ? "pusher_internal:subscription_succeeded" : "pusher:subscription_error", client.NewEvents[0]);
    }

    [Fact]
    public void A_presence_user_is_no_signed_in_user()
    {
        var client = _node.Connect().Join("presence-a", "7").Quietly().Subscribe("#server-to-user-7");

        Assert.Equal("pusher:subscription_error", client.NewEvents[0]);
    }

    [Theory]
    [InlineData("private-a", true)]
    [InlineData("news", false)]
    public void Only_a_signed_subscription_ends_the_authentication_deadline(string channel, bool ends) =>
        Assert.Equal(ends, _node.Connect().Subscribe(channel).Connection.IsAuthenticated);

    [Fact]
    public void Data_may_be_a_string_that_holds_the_object()
    {
        var client = _node.Connect().Quietly();
        client.Say("pusher:subscribe", "{\"channel\":\"news\"}");

        Assert.Equal(["pusher_internal:subscription_succeeded"], client.NewEvents);
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("bad name")]
    public void Unsubscribing_from_what_was_not_subscribed_is_harmless(string channel) => Assert.Empty(_node.Connect().Quietly().Unsubscribe(channel).News);

    [Fact]
    public void The_text_to_sign_is_told_in_development_only()
    {
        using var development = new Node(new MessagingOptions { ExplainSignatures = true });
        var (told, untold) = (development.Connect().Quietly(), _node.Connect().Quietly());
        foreach (var client in new[] { told, untold }) client.Say("pusher:subscribe", new { channel = "private-a", auth = "x:y" });

        Assert.Contains($"{told.Id}:private-a", told.News[1], StringComparison.Ordinal);
        var silent = untold.News;
        Assert.DoesNotContain(untold.Id, silent[1], StringComparison.Ordinal);
        Assert.DoesNotContain(TestApps.Default.Secret, string.Concat(silent), StringComparison.Ordinal);
    }

    [Fact]
    public void A_socket_has_so_many_channels_at_once_and_no_more()
    {
        using var node = new Node(new MessagingOptions { MaxChannels = 3 });
        var client = node.Connect().Subscribe("a").Subscribe("b").Subscribe("private-c").Quietly();
        client.Subscribe("d");
        var news = client.News;
        Assert.Equal("LimitReached", TestClient.Parse(news[0]).GetProperty("data").GetProperty("type").GetString());
        Assert.Equal(4300, Code(news[1]));
        Assert.Equal(3, node.Channels.All.Count());

        // What it has may be asked for again, and what it gives up makes room.
        Assert.Equal(["pusher_internal:subscription_succeeded"], client.Subscribe("a").NewEvents);
        Assert.Equal(["pusher_internal:subscription_succeeded"], client.Unsubscribe("b").Subscribe("d").NewEvents);
    }

    private TestClient SignedIn(string userData)
    {
        var client = _node.Connect();
        client.Say("pusher:signin", new { auth = TestApps.Auth(client.App, $"{client.Id}::user::{userData}"), user_data = userData });
        Assert.NotNull(client.Connection.UserId);
        return client.Quietly();
    }

    private static int Code(string text) => TestClient.Parse(text).GetProperty("data").GetProperty("code").GetInt32();
}
