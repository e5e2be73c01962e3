using System.Globalization;
using System.Net.NetworkInformation;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Processes;

/// <summary><c>eng/run-nodes.sh</c>: a broker and its nodes with one command, and all of them gone with Ctrl-C.</summary>
public sealed class RunNodesTests(ITestOutputHelper output)
{
    private static readonly TestApp App = new("nodes");

    [Fact]
    public async Task It_starts_nodes_that_are_one_cluster_and_leaves_no_process_behind()
    {
        var first = FirstOfTwoPorts();
        await using var script = ChildProcess.Start(
            "bash",
            [Path.Combine(RepositoryLayout.Root, "eng", "run-nodes.sh"), "redis", "2", first.ToString(CultureInfo.InvariantCulture)],
            RepositoryLayout.Root,
            new Dictionary<string, string>
            {
                ["SOCKUDO_SERVER"] = RepositoryLayout.ServerAssembly,
                ["SOCKUDO_DEFAULT_APP_ID"] = App.Id,
                ["SOCKUDO_DEFAULT_APP_KEY"] = App.Key,
                ["SOCKUDO_DEFAULT_APP_SECRET"] = App.Secret,
            });
        await Eventually.TrueAsync(
            () => script.Exited.IsCompleted || script.OutputText.Contains("Ready: 2 x redis", StringComparison.Ordinal), "both nodes are ready",
            TimeSpan.FromSeconds(90), () => script.OutputText);
        Assert.False(script.Exited.IsCompleted, script.OutputText);
        output.WriteLine(script.OutputText);

        await using (var client = await PusherConnection.EstablishAsync(new Uri($"ws://127.0.0.1:{first + 1}/"), App))
        {
            await client.SubscribeAsync("news");
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{first}/") };
            Assert.Equal(200, (int)(await new PusherHttp(http, App).PublishAsync("news", "greeting", "hello")).Status);
            Assert.Equal("hello", (await client.WaitForAsync("greeting", "news")).DataString);
        }

        var children = ChildrenOf(script.Id);
        Assert.True(children.Count >= 3, $"a broker and two nodes: {string.Join(' ', children)}");
        script.Signal(ProcessSignal.Interrupt);

        Assert.Equal(130, await script.Exited.WithinAsync("the end of the script", TimeSpan.FromSeconds(60)));
        await Eventually.TrueAsync(
            () => children.TrueForAll(static child => !Directory.Exists($"/proc/{child}")), "every process is gone", state: () => string.Join(' ', children.Where(static child => Directory.Exists($"/proc/{child}"))));
    }

    private static int FirstOfTwoPorts()
    {
        while (true)
        {
            var port = FreePorts.Next();
            if (!IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(listener => listener.Port == port + 1)) return port;
        }
    }

    private static List<int> ChildrenOf(int parent)
    {
        List<int> children = [];
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) || !File.Exists($"{folder}/stat")) continue;
            try
            {
                var stat = File.ReadAllText($"{folder}/stat");
                if (int.Parse(stat[(stat.LastIndexOf(')') + 4)..].Split(' ')[0], CultureInfo.InvariantCulture) == parent) children.Add(id);
            }
            catch (IOException)
            {
                // It ended between the two.
            }
        }

        return children;
    }
}
