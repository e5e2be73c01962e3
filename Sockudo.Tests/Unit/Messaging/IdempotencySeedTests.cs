using Sockudo.Server.Apps;
using Sockudo.Server.Messaging;
using Xunit;

namespace Sockudo.Tests.Unit.Messaging;

public sealed class IdempotencySeedTests
{
    private static readonly App Shop = new() { Id = "shop", Key = "k", Secret = "s" };
    private static readonly App Other = new() { Id = "other", Key = "k2", Secret = "s" };

    [Fact]
    public void No_key_is_zero() => Assert.Equal(0ul, IdempotencySeed.Of(Shop, null).For("orders"));

    [Fact]
    public void The_same_key_is_the_same_on_every_node() =>
        Assert.Equal(IdempotencySeed.Of(Shop, "retry-1").For("orders"), IdempotencySeed.Of(Shop, "retry-1").For("orders"));

    [Fact]
    public void Who_does_not_know_the_secret_cannot_know_the_hash() =>
        Assert.NotEqual(IdempotencySeed.Of(Shop, "retry-1").For("orders"), IdempotencySeed.Of(Shop with { Secret = "guessed" }, "retry-1").For("orders"));

    [Fact]
    public void App_key_place_and_channel_each_make_another()
    {
        ulong[] hashes =
        [
            IdempotencySeed.Of(Shop, "retry-1").For("orders"),
            IdempotencySeed.Of(Other, "retry-1").For("orders"),
            IdempotencySeed.Of(Shop, "retry-2").For("orders"),
            IdempotencySeed.Of(Shop, "retry-1", 1).For("orders"),
            IdempotencySeed.Of(Shop, "retry-1").For("news"),
        ];
        Assert.Distinct(hashes);
    }
}
