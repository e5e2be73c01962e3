using System.Text;
using System.Text.Json;
using Sockudo.Server.Apps;
using Sockudo.Server.Connections;
using Sockudo.Server.Transport;

namespace Sockudo.Tests.Unit.Harness;

/// <summary>A client of a <see cref="Node"/>: it says JSON and is asked what it got.</summary>
internal sealed class TestClient(Node node, Connection connection, FakeSink sink)
{
    private readonly byte[] _scratch = new byte[64 * 1024];
    private int _seen;

    public Connection Connection => connection;

    public FakeSink Sink => sink;

    public string Id => connection.Id.ToString();

    public App App => connection.App;

    /// <summary>Every frame so far.</summary>
    public List<WireFrame> Frames
    {
        get
        {
            connection.Output.Flush(_scratch);
            return Wire.Server(sink.Bytes);
        }
    }

    /// <summary>The texts that came since the last look.</summary>
    public string[] News
    {
        get
        {
            var frames = Frames;
            var news = frames.Skip(_seen).Where(static frame => frame.Opcode == Opcode.Text).Select(static frame => frame.Text).ToArray();
            _seen = frames.Count;
            return news;
        }
    }

    /// <summary>The names of the events that came since the last look.</summary>
    public string[] NewEvents => [.. News.Select(static text => Parse(text).GetProperty("event").GetString()!)];

    /// <summary>The close frame, when there is one.</summary>
    public WireFrame? CloseFrame => Frames.SingleOrDefault(static frame => frame.Opcode == Opcode.Close);

    /// <summary>Forgets what came so far.</summary>
    public TestClient Quietly()
    {
        _ = News;
        return this;
    }

    public TestClient Say(string json)
    {
        node.Dispatcher.Dispatch(connection, Encoding.UTF8.GetBytes(json), isText: true);
        return this;
    }

    public TestClient Say(string name, object data) => Say(JsonSerializer.Serialize(new Dictionary<string, object> { ["event"] = name, ["data"] = data }));

    public TestClient Subscribe(string channel)
    {
        var data = new Dictionary<string, object> { ["channel"] = channel };
        if (channel.StartsWith("private-", StringComparison.Ordinal)) data["auth"] = TestApps.Auth(App, $"{Id}:{channel}");
        return Say("pusher:subscribe", data);
    }

    /// <summary>Joins a presence channel; <paramref name="info"/> is JSON.</summary>
    public TestClient Join(string channel, string userId, string? info = null)
    {
        var channelData = info is null ? $$"""{"user_id":"{{userId}}"}""" : $$"""{"user_id":"{{userId}}","user_info":{{info}}}""";
        return Say("pusher:subscribe", new { channel, auth = TestApps.Auth(App, $"{Id}:{channel}:{channelData}"), channel_data = channelData });
    }

    public TestClient Unsubscribe(string channel) => Say("pusher:unsubscribe", new { channel });

    /// <summary>Signs in; <paramref name="watchlist"/> are user ids.</summary>
    public TestClient SignIn(string userId, params string[] watchlist)
    {
        var userData = JsonSerializer.Serialize(new { id = userId, watchlist });
        return Say("pusher:signin", new { auth = TestApps.Auth(App, $"{Id}::user::{userData}"), user_data = userData });
    }

    /// <summary>Goes, as the connection's loop lets it go.</summary>
    public void Disconnect() => node.Lifecycle.Close(connection);

    public static JsonElement Parse(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>The data of a message that carries it as a string.</summary>
    public static JsonElement Data(string text) => Parse(Parse(text).GetProperty("data").GetString()!);
}
