using System.Diagnostics;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Snippets;

/// <summary>
/// Each JSON and environment snippet, of the original's page about adapters and of ours, started as server processes against the real
/// broker it names. Only host names, ports and paths are this machine's.
/// </summary>
public sealed class SnippetTests(ITestOutputHelper output)
{
    private static readonly TestApp App = new("snippet");

    /// <summary>The seed page's, then those of ours that say something else.</summary>
    private static readonly IReadOnlyList<Snippet> Started =
    [
        .. SeedPage.Snippets.SelectMany(static snippet => snippet.All),
        .. AdaptersPage.Snippets.SelectMany(static snippet => snippet.All).Where(static ours => !SeedPage.Snippets.Any(seed => seed.All.Any(ours.Says))),
    ];

    public static TheoryData<string> Names() => [.. Started.Select(static snippet => snippet.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Nodes_that_a_snippet_configures_exchange_an_event(string name)
    {
        var snippet = Started.Single(snippet => snippet.Name == name);
        var started = Stopwatch.GetTimestamp();
        await using var broker = await SnippetBroker.StartAsync(snippet);
        var folder = Directory.CreateTempSubdirectory("sockudo-snippet-");
        var unixSocket = Path.Combine(folder.FullName, "sockudo.sock");
        var placed = new SnippetPlacement(broker, unixSocket).Place(snippet);
        await using var bridge = IsUnix(snippet) ? new UnixBridge(unixSocket) : null;

        var nodes = await Task.WhenAll(Enumerable.Range(0, broker is null ? 1 : 2).Select(_ => SockudoServer.StartAsync(Setup(placed, bridge?.Port))));
        try
        {
            var (first, last) = (nodes[0], nodes[^1]);
            Assert.Contains($"adapter {snippet.Driver}", first.Log, StringComparison.Ordinal);
            await ExchangeAsync(first, last);
            await ExchangeAsync(last, first);
            if (bridge is not null && !OperatingSystem.IsWindows()) Assert.Equal(Convert.ToInt32("660", 8), (int)File.GetUnixFileMode(unixSocket) & 511);
            output.WriteLine($"{snippet.Driver}: {nodes.Length} node(s), {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        }
        finally
        {
            foreach (var node in nodes) await node.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_pools_of_the_page_are_warned_about_when_a_server_starts()
    {
        var pools = SeedPage.Snippets.Single(static snippet => snippet.Name == "pools");
        await using var server = await SockudoServer.StartAsync(Setup(pools, null));
        Assert.Contains("Warning: database.redis.connection_pool_size has no effect", server.Log, StringComparison.Ordinal);
        Assert.Contains("Warning: database_pooling.* has no effect", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_snippet_of_the_seed_page_has_its_counterpart_on_ours()
    {
        var ours = AdaptersPage.Snippets.SelectMany(static snippet => snippet.All).ToList();
        Assert.Empty(SeedPage.Snippets.SelectMany(static snippet => snippet.All).Where(seed => !ours.Exists(seed.Says)).Select(static seed => seed.Name));
    }

    [Fact]
    public void A_snippet_that_is_placed_keeps_all_but_hosts_ports_and_paths()
    {
        var cluster = SeedPage.Snippets.Single(static snippet => snippet.Name == "redis");
        var text = cluster.File!.ToJsonString();
        Assert.Equal("""{"adapter":{"driver":"redis"},"database":{"redis":{"host":"localhost","port":6379,"password":"your-password","db":0,"key_prefix":"sockudo:"}}}""", text);
        Assert.Equal(2, SeedPage.Snippets.Single(static snippet => snippet.Name == "nats").All.Count());
        Assert.Equal("auth-token", SeedPage.Snippets.Single(static snippet => snippet.Name == "nats").Alternatives[0].Environment["NATS_TOKEN"]);
    }

    private static bool IsUnix(Snippet snippet) => snippet.File?["unix_socket"] is not null || snippet.Environment.ContainsKey("UNIX_SOCKET_ENABLED");

    private static ServerSetup Setup(Snippet snippet, int? port)
    {
        var setup = new ServerSetup { Apps = [App], Environment = new(snippet.Environment), Port = port };
        foreach (var (name, value) in snippet.File ?? []) setup.Set(name, value?.DeepClone());
        return setup;
    }

    private static async Task ExchangeAsync(SockudoServer from, SockudoServer to)
    {
        await using var client = await to.ConnectAsync(App);
        await client.SubscribeAsync("news");
        var sent = Guid.NewGuid().ToString();
        var answer = await from.Api(App).PublishAsync("news", "greeting", sent);
        Assert.Equal(System.Net.HttpStatusCode.OK, answer.Status);
        Assert.Equal(sent, (await client.WaitForAsync("greeting", "news")).DataString);
    }
}
