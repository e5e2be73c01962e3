using Microsoft.Extensions.DependencyInjection;
using Sockudo.Server.Http;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

public sealed class MemoryTests : IDisposable
{
    private const string MemInfo = "MemTotal:       8000000 kB\nMemFree:         100000 kB\nMemAvailable:    6000000 kB\n";

    private readonly string _root = Directory.CreateTempSubdirectory("sockudo-memory").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Without_a_limit_the_machines_memory_counts()
    {
        File("proc/meminfo", MemInfo);

        Assert.Equal(new MemoryUsage(2_000_000L * 1024, 8_000_000L * 1024), new SystemMemory(_root).Read());
    }

    [Fact]
    public void A_containers_limit_counts_and_reclaimable_cache_does_not()
    {
        File("proc/meminfo", MemInfo);
        File("sys/fs/cgroup/memory.max", "1000000\n");
        File("sys/fs/cgroup/memory.current", "700000\n");
        File("sys/fs/cgroup/memory.stat", "anon 500000\ninactive_file 200000\n");

        Assert.Equal(new MemoryUsage(500_000, 1_000_000), new SystemMemory(_root).Read());
    }

    [Fact]
    public void A_services_limit_is_found_below_the_root()
    {
        File("proc/meminfo", MemInfo);
        File("proc/self/cgroup", "0::/system.slice/sockudo.service\n");
        File("sys/fs/cgroup/system.slice/sockudo.service/memory.max", "2000000\n");
        File("sys/fs/cgroup/system.slice/sockudo.service/memory.current", "50000\n");

        Assert.Equal(new MemoryUsage(50_000, 2_000_000), new SystemMemory(_root).Read());
    }

    [Fact]
    public void A_limit_of_the_first_version_is_found()
    {
        File("proc/meminfo", MemInfo);
        File("proc/self/cgroup", "4:memory:/docker/abc\n");
        File("sys/fs/cgroup/memory/memory.limit_in_bytes", "3000000\n");
        File("sys/fs/cgroup/memory/memory.usage_in_bytes", "400000\n");
        File("sys/fs/cgroup/memory/memory.stat", "total_inactive_file 100000\n");

        Assert.Equal(new MemoryUsage(300_000, 3_000_000), new SystemMemory(_root).Read());
    }

    [Theory]
    [InlineData("max")]
    [InlineData("9223372036854771712")]
    public void No_limit_is_the_machines_memory(string limit)
    {
        File("proc/meminfo", MemInfo);
        File("sys/fs/cgroup/memory.max", limit + "\n");
        File("sys/fs/cgroup/memory.current", "700000\n");

        Assert.Equal(8_000_000L * 1024, new SystemMemory(_root).Read().Total);
    }

    [Fact]
    public void Where_the_kernel_says_nothing_the_collector_is_asked() => Assert.True(new SystemMemory(_root).Read().Total > 0);

    [Fact]
    public async Task Usage_is_in_bytes()
    {
        await using var host = await StartAsync(new FakeMemory(300, 1000));

        Assert.Equal("""{"memory":{"free":700,"used":300,"total":1000,"percent":30}}""", (await host.SendPlainAsync("GET", "/usage")).Body);
    }

    [Fact]
    public async Task However_many_ask_for_the_usage_memory_is_looked_at_once_a_second()
    {
        var memory = new FakeMemory(300, 1000);
        await using var host = await StartAsync(memory);
        for (var i = 0; i < 5; i++) await host.SendPlainAsync("GET", "/usage");
        Assert.Equal(1, memory.Reads);
        memory.Used = 400;
        host.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Contains("\"used\":400", (await host.SendPlainAsync("GET", "/usage")).Body, StringComparison.Ordinal);
        Assert.Equal(2, memory.Reads);
    }

    [Fact]
    public async Task Usage_can_be_switched_off()
    {
        await using var host = await ApiHost.StartAsync(static services => services.Configure<HttpApiOptions>(static options => options.UsageEnabled = false));

        var reply = await host.SendPlainAsync("GET", "/usage");

        Assert.Equal((404, "404 NOT FOUND"), (reply.Status, reply.Body));
    }

    [Theory]
    [InlineData(900, 200)]
    [InlineData(901, 503)]
    public async Task Publishes_are_refused_above_the_threshold(int used, int status)
    {
        await using var host = await StartAsync(new FakeMemory(used, 1000), threshold: 0.9);

        Assert.Equal(status, (await host.PublishAsync("""{"name":"e","channel":"c"}""")).Status);
    }

    [Fact]
    public async Task Short_of_memory_batches_are_refused_and_reads_are_not()
    {
        await using var host = await StartAsync(new FakeMemory(950, 1000), threshold: 0.9);

        var reply = await host.PostAsync("/apps/app-id/batch_events", """{"batch":[]}""");

        Assert.Equal((503, "memory_low", "1"), (reply.Status, reply.Code, reply.Header("Retry-After")));
        Assert.Equal(200, (await host.GetAsync(ApiHost.AnyPath)).Status);
    }

    [Fact]
    public async Task Without_a_threshold_nothing_is_refused()
    {
        await using var host = await StartAsync(new FakeMemory(1000, 1000));

        Assert.Equal(200, (await host.PublishAsync("""{"name":"e","channel":"c"}""")).Status);
    }

    [Fact]
    public async Task Memory_is_looked_at_once_a_second()
    {
        var memory = new FakeMemory(950, 1000);
        await using var host = await StartAsync(memory, threshold: 0.9);
        await host.PublishAsync("""{"name":"e","channel":"c"}""");
        memory.Used = 100;
        Assert.Equal(503, (await host.PublishAsync("""{"name":"e","channel":"c"}""")).Status);

        host.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((200, 2), ((await host.PublishAsync("""{"name":"e","channel":"c"}""")).Status, memory.Reads));
    }

    private static Task<ApiHost> StartAsync(FakeMemory memory, double? threshold = null) => ApiHost.StartAsync(services =>
    {
        services.AddSingleton<IMemoryGauge>(memory);
        services.Configure<HttpApiOptions>(options => options.MemoryThreshold = threshold);
    });

    private void File(string path, string text)
    {
        var full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        System.IO.File.WriteAllText(full, text);
    }

    private sealed class FakeMemory(long used, long total) : IMemoryGauge
    {
        public long Used { get; set; } = used;

        public int Reads { get; private set; }

        public MemoryUsage Read()
        {
            Reads++;
            return new MemoryUsage(Used, total);
        }
    }
}
