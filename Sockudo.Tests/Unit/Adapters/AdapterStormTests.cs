using System.Globalization;
using System.Text.Json;
using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Adapters;

/// <summary>Several loops and publishers at once on few channels; what each socket got must be a history that could be true.</summary>
public sealed class AdapterStormTests(ITestOutputHelper output)
{
    private const int Loops = 4;

    [Theory]
    [InlineData("news")]
    [InlineData("cache-news")]
    public async Task A_subscription_is_answered_before_the_next_event_and_nothing_older_follows(string channel)
    {
        var random = Seed.Next(output.WriteLine);
        using var node = new Node();
        var published = 0; // written by the one publisher before each publish
        using var stop = new CancellationTokenSource();
        var publisher = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    var number = Interlocked.Increment(ref published);
                    node.Publish(channel, "n", number.ToString(CultureInfo.InvariantCulture));
                    if (number % 64 == 0) Thread.Yield();
                }
            },
            TestContext.Current.CancellationToken);
        var seeds = Enumerable.Range(0, Loops).Select(_ => random.Next()).ToArray();
        await Task.WhenAll(seeds.Select(seed => Task.Run(() => Churn(node, channel, new Random(seed), () => Volatile.Read(ref published))))).DeadlineAsync();
        await stop.CancelAsync();
        await publisher.DeadlineAsync();

        Assert.Empty(node.Channels.All);
        Assert.Equal(0, node.Connections.Count);
    }

    [Fact]
    public async Task Member_events_alternate_and_end_at_the_truth()
    {
        const string Room = "presence-room";
        var random = Seed.Next(output.WriteLine);
        using var node = new Node();
        var watcher = node.Connect().Join(Room, "watcher");
        var seeds = Enumerable.Range(0, Loops).Select(_ => random.Next()).ToArray();
        var left = await Task.WhenAll(seeds.Select(seed => Task.Run(() => JoinAndLeave(node, Room, new Random(seed))))).DeadlineAsync();

        AssertTruth(watcher, node.Adapter.Members(watcher.App, Room));
        foreach (var client in left.SelectMany(static clients => clients))
        {
            if (client.Connection.Subscriptions.ContainsKey(Room)) AssertTruth(client, node.Adapter.Members(watcher.App, Room));
            client.Disconnect();
        }

        AssertTruth(watcher, ["watcher"]);
        watcher.Disconnect();
        Assert.Empty(node.Channels.All);
        Assert.Equal(0, node.Connections.Count);
    }

    [Fact]
    public async Task Everything_at_once_neither_deadlocks_nor_leaves_anything_behind()
    {
        var random = Seed.Next(output.WriteLine);
        using var node = new Node(webSocket: new WebSocketOptions { MaxMessages = 40 });
        var app = TestApps.Default with { EnableSubscriptionCount = true };
        var seeds = Enumerable.Range(0, Loops).Select(_ => random.Next()).ToArray();
        await Task.WhenAll(seeds.Select(seed => Task.Run(() => Everything(node, app, new Random(seed))))).DeadlineAsync();
        node.Time.Advance(TimeSpan.FromSeconds(6));
        node.SubscriptionCounts.SendDue();

        Assert.Empty(node.Channels.All);
        Assert.Equal(0, node.Connections.Count);
        Assert.Equal(0, node.Connections.For(app).UserCount);
        foreach (var edges in node.Occupancy.Entries.Where(static e => e.StartsWith("on", StringComparison.Ordinal) || e.StartsWith("off", StringComparison.Ordinal)).GroupBy(static e => e[(e.IndexOf(' ', StringComparison.Ordinal) + 1)..]))
            Assert.True(edges.Select(static (e, i) => e.StartsWith("on", StringComparison.Ordinal) == (i % 2 == 0)).All(static ok => ok), edges.Key);
    }

    private static void Churn(Node node, string channel, Random random, Func<int> published)
    {
        for (var i = 0; i < 150 * Seed.Scale; i++)
        {
            var client = node.Connect().Quietly();
            var before = published();
            client.Subscribe(channel);
            var subscribed = published();
            Thread.SpinWait(random.Next(2000));
            var afterwards = published();
            client.Unsubscribe(channel);
            var news = client.News;
            Assert.Contains("subscription_succeeded", news[0], StringComparison.Ordinal);
            var isMiss = news.Length > 1 && news[1].Contains("cache_miss", StringComparison.Ordinal);
            var numbers = news.Skip(isMiss ? 2 : 1).Select(static text => int.Parse(TestClient.Parse(text).GetProperty("data").GetString()!, CultureInfo.InvariantCulture)).ToArray();
            for (var k = 1; k < numbers.Length; k++) Assert.Equal(numbers[k - 1] + 1, numbers[k]);

            // The publish that was counted last before the subscription may have been handed out after it, no earlier one.
            if (numbers.Length > 0) Assert.True(numbers[0] >= before - (channel.StartsWith("cache-", StringComparison.Ordinal) ? 1 : 0), $"{numbers[0]} after {before}");

            // Of those published for sure while it was subscribed none is missing.
            if (afterwards - 1 > subscribed)
                Assert.True(numbers.Length > 0 && numbers[0] <= subscribed + 1 && numbers[^1] >= afterwards - 1, $"{subscribed} to {afterwards}");
            Assert.Empty(client.News);
            client.Disconnect();
        }
    }

    private static List<TestClient> JoinAndLeave(Node node, string room, Random random)
    {
        var clients = Enumerable.Range(0, 5).Select(_ => node.Connect()).ToList();
        for (var i = 0; i < 400 * Seed.Scale; i++)
        {
            var at = random.Next(clients.Count);
            switch (random.Next(5))
            {
                case 0 or 1:
                    clients[at].Join(room, $"u{random.Next(4)}");
                    break;
                case 2 or 3:
                    clients[at].Unsubscribe(room);
                    break;
                default:
                    clients[at].Disconnect();
                    clients[at] = node.Connect();
                    break;
            }
        }

        return clients;
    }

    private static void AssertTruth(TestClient client, IReadOnlyCollection<string> truth)
    {
        HashSet<string>? view = null;
        foreach (var frame in client.Frames.Where(static frame => frame.Opcode == Opcode.Text))
        {
            var message = TestClient.Parse(frame.Text);
            switch (message.GetProperty("event").GetString())
            {
                case "pusher_internal:subscription_succeeded":
                    view = [.. TestClient.Data(frame.Text).GetProperty("presence").GetProperty("ids").EnumerateArray().Select(static id => id.GetString()!)];
                    break;
                case "pusher_internal:member_added":
                    Assert.True(view!.Add(User(frame)), "added twice");
                    break;
                case "pusher_internal:member_removed":
                    Assert.True(view!.Remove(User(frame)), "removed twice");
                    break;
            }
        }

        Assert.Equal(truth.Order(), view!.Order());
    }

    private static string User(WireFrame frame) => TestClient.Data(frame.Text).GetProperty("user_id").GetString()!;

    private static void Everything(Node node, Server.Apps.App app, Random random)
    {
        string[] channels = ["news", "cache-a", "private-a", "presence-a", "presence-b"];
        var clients = Enumerable.Range(0, 4).Select(_ => node.Connect(app)).ToArray();
        for (var i = 0; i < 800 * Seed.Scale; i++)
        {
            ref var client = ref clients[random.Next(clients.Length)];
            var channel = channels[random.Next(channels.Length)];
            var user = $"u{random.Next(3)}";
            switch (random.Next(9))
            {
                case 0 or 1:
                    if (channel.StartsWith("presence-", StringComparison.Ordinal)) client.Join(channel, user);
                    else client.Subscribe(channel);
                    break;
                case 2:
                    client.Unsubscribe(channel);
                    break;
                case 3:
                    client.SignIn(user, "u0", "u1", "u2");
                    break;
                case 4:
                    node.Publish(channel, "e", JsonSerializer.Serialize(i), app: app);
                    break;
                case 5:
                    node.Publish($"#server-to-user-{user}", "e", "x", app: app);
                    break;
                case 6:
                    client.Say($$"""{"event":"client-x","channel":"{{channel}}","data":1}""");
                    break;
                case 7:
                    node.Adapter.CloseUser(app, user, new Server.Protocol.PusherError(Server.Protocol.ErrorCode.Unauthorized, "out"));
                    break;
                default:
                    _ = node.Adapter.Channels(app, "").ToArray();
                    node.SubscriptionCounts.SendDue();
                    break;
            }

            // Many run full here or are closed by another thread; each is let go by its own loop.
            if (!client.Connection.IsClosing) continue;
            client.Disconnect();
            client = node.Connect(app);
        }

        foreach (var client in clients) client.Disconnect();
    }
}
