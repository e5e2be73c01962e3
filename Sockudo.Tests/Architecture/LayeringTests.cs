using Xunit;

namespace Sockudo.Tests.Architecture;

/// <summary>The arrows between the server's folders, and that a wrong one is seen.</summary>
public sealed class LayeringTests
{
    private static readonly SourceFile Channel =
        new("Channels/Channel.cs", "namespace Sockudo.Server.Channels; internal sealed class Channel { }");

    private static readonly SourceFile App = new("Apps/App.cs", "namespace Sockudo.Server.Apps; internal sealed record App { }");

    private static readonly SourceFile RedisCache =
        new("Caching/Redis/RedisCache.cs", "namespace Sockudo.Server.Caching.Redis; internal sealed class RedisCache { }");

    [Fact]
    public void A_file_of_the_server_uses_only_what_its_layer_may_use()
    {
        var violations = LayerRules.Violations(SourceFile.Of("Sockudo.Server"));
        Assert.True(violations.Count == 0, string.Join('\n', violations));
    }

    [Fact]
    public void A_using_of_a_higher_layer_is_named_with_its_file()
    {
        var violation = Assert.Single(Check("Protocol/Frame.cs", "using Sockudo.Server.Channels;\nnamespace Sockudo.Server.Protocol;"));
        Assert.Equal("Protocol/Frame.cs:1: Protocol may not use Channels: using Sockudo.Server.Channels;", violation);
    }

    [Fact]
    public void A_full_name_of_a_higher_layer_is_seen() =>
        Assert.Single(Check("Protocol/Frame.cs", "namespace Sockudo.Server.Protocol; class Frame { Sockudo.Server.Channels.Channel? c; }"));

    [Fact]
    public void A_name_relative_to_the_server_is_seen() =>
        Assert.Single(Check("Transport/Frame.cs", "namespace Sockudo.Server.Transport; class Frame { Apps.App? a; }"));

    [Fact]
    public void An_alias_or_static_using_of_a_higher_layer_is_seen() =>
        Assert.Equal(2, Check("Transport/Frame.cs", "using static Sockudo.Server.Apps.App; using C = Sockudo.Server.Channels.Channel;").Count);

    [Fact]
    public void A_property_named_like_a_layer_is_no_use_of_it() =>
        Assert.Empty(Check("Protocol/Frame.cs", "namespace Sockudo.Server.Protocol; class Frame { int n = Channels.Count + Apps.Length; }"));

    [Fact]
    public void A_name_in_a_comment_or_a_string_is_no_use() =>
        Assert.Empty(Check("Protocol/Frame.cs", "// Sockudo.Server.Channels.Channel\nclass Frame { string s = \"Sockudo.Server.Channels.Channel\"; }"));

    [Fact]
    public void Using_a_lower_layer_is_allowed() =>
        Assert.Empty(Check("Channels/Presence.cs", "using Sockudo.Server.Apps; namespace Sockudo.Server.Channels;"));

    [Fact]
    public void Protocol_may_use_the_frame_headroom_of_Transport() =>
        Assert.Empty(Check("Protocol/Writer.cs", "using Sockudo.Server.Transport;"));

    [Fact]
    public void Transport_may_not_use_Protocol() =>
        Assert.Single(Check("Transport/Frame.cs", "using Sockudo.Server.Protocol;"));

    [Theory]
    [InlineData("Http/Events.cs", "Gateway")]
    [InlineData("Gateway/Door.cs", "Http")]
    [InlineData("Messaging/Publish.cs", "Backplane")]
    [InlineData("Messaging/Publish.cs", "Queueing")]
    [InlineData("Webhooks/Sender.cs", "Channels")]
    [InlineData("Adapters/Local.cs", "Webhooks")]
    [InlineData("Apps/Cached.cs", "Caching")]
    [InlineData("Backplane/Link.cs", "Protocol")]
    public void Neighbours_that_must_not_know_each_other_are_kept_apart(string file, string used) =>
        Assert.Single(Check(file, $"using Sockudo.Server.{used};"));

    [Fact]
    public void An_abstraction_may_not_use_its_driver() =>
        Assert.Single(Check("Caching/ICache.cs", "using Sockudo.Server.Caching.Redis;"));

    [Fact]
    public void A_folder_that_only_sorts_a_layers_files_is_no_driver() =>
        Assert.Empty(Check("Http/Routes.cs", "using Sockudo.Server.Http.OpenApi;"));

    [Fact]
    public void A_driver_may_use_its_abstraction() =>
        Assert.Empty(Check("Caching/Redis/RedisCache.cs", "using Sockudo.Server.Caching;"));

    [Fact]
    public void A_driver_is_named_by_the_composition_root_only()
    {
        Assert.Single(Check("Messaging/Publish.cs", "using Sockudo.Server.Caching.Redis;"));
        Assert.Empty(Check("Hosting/Drivers.cs", "using Sockudo.Server.Caching.Redis;"));
    }

    [Fact]
    public void A_folder_that_is_not_in_the_table_is_refused() =>
        Assert.Contains("not in the table", Assert.Single(Check("Helpers/Text.cs", "namespace Sockudo.Server.Helpers;")), StringComparison.Ordinal);

    private static IReadOnlyList<string> Check(string path, string text) =>
        LayerRules.Violations([Channel, App, RedisCache, new SourceFile(path, text)]);
}
