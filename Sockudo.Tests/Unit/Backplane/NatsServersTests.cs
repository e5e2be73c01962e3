using Sockudo.Server.Backplane;
using Sockudo.Server.Backplane.Nats;
using Xunit;

namespace Sockudo.Tests.Unit.Backplane;

/// <summary>The forms of a NATS server list, and topics as subjects.</summary>
public sealed class NatsServersTests
{
    [Fact]
    public void A_list_is_taken_apart_and_its_credentials_leave_the_urls()
    {
        var servers = NatsServers.Parse(["nats://nats:p%40ss@nats-1:4222, nats-2", "nats-3:4223"]);

        Assert.Equal(["nats://nats-1:4222", "nats://nats-2:4222", "nats://nats-3:4223"], servers.Urls);
        Assert.Equal(("nats", "p@ss", null, false), (servers.Username, servers.Password, servers.Token, servers.IsTls));
    }

    [Fact]
    public void Credentials_without_a_colon_are_a_token()
    {
        var servers = NatsServers.Parse(["tls://t0ken@host"]);

        Assert.Equal((null, "t0ken", true), (servers.Username, servers.Token, servers.IsTls));
    }

    [Fact]
    public void An_empty_list_is_the_local_server() => Assert.Equal(["nats://localhost:4222"], NatsServers.Parse([]).Urls);

    [Theory]
    [InlineData("http://secret@host")]
    [InlineData("nats://secret@host:99999")]
    public void What_is_no_server_is_refused_without_repeating_it(string server)
    {
        var refusal = Assert.Throws<BrokerConfigurationException>(() => NatsServers.Parse([server]));

        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sockudo_adapter:#stream", "sockudo_adapter:#stream")]
    [InlineData("my.app.stream", "my.app.stream")]
    [InlineData("a..b.", "a.%2Eb%2E")]
    [InlineData("with space*>", "with%20space%2A%3E")]
    [InlineData("100%", "100%25")]
    [InlineData("é😀", "%C3%A9%F0%9F%98%80")]
    [InlineData("$SYS.x", "%24SYS.x")]
    public void A_topic_becomes_a_subject_of_its_own(string topic, string subject) => Assert.Equal(subject, NatsSubject.Of(topic));
}
