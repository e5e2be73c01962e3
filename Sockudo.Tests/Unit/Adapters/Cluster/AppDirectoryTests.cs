using Sockudo.Server.Adapters.Cluster.State;
using Sockudo.Server.Apps;
using Xunit;

namespace Sockudo.Tests.Unit.Adapters.Cluster;

/// <summary>What a node keeps of apps that it hears of from others.</summary>
public sealed class AppDirectoryTests
{
    private static readonly App Shop = new() { Id = "shop", Key = "shop-key", Secret = "shop-secret" };

    [Fact]
    public void A_million_invented_app_ids_are_held_within_the_bound()
    {
        var directory = new AppDirectory(new MemoryAppManager([Shop]), maxNamelessBytes: 100_000);
        for (var i = 0; i < 1_000_000; i++) Assert.Equal($"invented-{i}", directory.Find($"invented-{i}").Id);

        Assert.InRange(directory.Count, 50, 100_000 / 1024);
    }

    [Fact]
    public void Long_ids_count_with_their_length()
    {
        var directory = new AppDirectory(new MemoryAppManager([Shop]), maxNamelessBytes: 1_000_000);
        for (var i = 0; i < 100; i++) directory.Find(new string('x', 64 * 1024) + i);

        Assert.InRange(directory.Count, 1, 7);
    }

    [Fact]
    public void Invented_ids_push_out_no_app_that_exists_and_none_that_a_client_here_is_of()
    {
        var directory = new AppDirectory(new MemoryAppManager([Shop]), maxNamelessBytes: 10_000);
        var later = new App { Id = "later", Key = "later-key", Secret = "later-secret" };
        Assert.Same(Shop, directory.Find("shop"));
        Assert.Empty(directory.Find("later").Key);
        directory.Learn(later);
        for (var i = 0; i < 1000; i++) directory.Find($"invented-{i}");

        Assert.Same(Shop, directory.Find("shop"));
        Assert.Same(later, directory.Find("later"));
    }

    [Fact]
    public void The_same_id_is_the_same_app_as_long_as_it_is_held()
    {
        var directory = new AppDirectory(new MemoryAppManager([Shop]));
        Assert.Same(directory.Find("elsewhere"), directory.Find("elsewhere"));
    }
}
