using System.Net;
using System.Net.Sockets;
using System.Text;
using Sockudo.AppHost.Brokers.Health;
using Xunit;

namespace Sockudo.AppHost.Tests;

public sealed class RedisReplyTests : IDisposable
{
    private readonly TcpListener _redis = new(IPAddress.Loopback, 0);

    public RedisReplyTests() => _redis.Start();

    [Fact]
    public async Task The_expected_answer_is_healthy() =>
        Assert.True(await AskAsync(Question(), "+OK\r\n$60\r\ncluster_state:ok\r\ncluster_slots_assigned:16384\r\n"));

    [Fact]
    public async Task An_answer_in_two_packets_is_read_to_its_end() =>
        Assert.True(await AskAsync(Question(), "+OK\r\n$60\r\ncluster_sta", "te:ok\r\n"));

    [Fact]
    public async Task Another_answer_is_not_healthy() => Assert.False(await AskAsync(Question(), "+OK\r\n$60\r\ncluster_state:fail\r\n"));

    [Fact]
    public async Task The_password_is_sent_first()
    {
        var received = ReceiveAsync("-no\r\n");
        await Question().AskAsync("secret", TestContext.Current.CancellationToken);

        Assert.Equal("*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n*2\r\n$7\r\nCLUSTER\r\n$4\r\nINFO\r\n", await received);
    }

    [Fact]
    public async Task A_sentinel_is_asked_without_a_password()
    {
        var received = ReceiveAsync("-no\r\n");
        await new RedisReply(Port, "SENTINEL CKQUORUM mymaster", "OK 3 usable", Authenticate: false).AskAsync("secret", TestContext.Current.CancellationToken);

        Assert.Equal("*3\r\n$8\r\nSENTINEL\r\n$8\r\nCKQUORUM\r\n$8\r\nmymaster\r\n", await received);
    }

    [Fact]
    public async Task Nobody_listening_is_not_healthy()
    {
        _redis.Stop();

        Assert.False(await Question().AskAsync("secret", TestContext.Current.CancellationToken));
    }

    public void Dispose() => _redis.Dispose();

    private int Port => ((IPEndPoint)_redis.LocalEndpoint).Port;

    private RedisReply Question() => new(Port, "CLUSTER INFO", "cluster_state:ok", Authenticate: true);

    private async Task<bool> AskAsync(RedisReply question, params string[] packets)
    {
        var served = ReceiveAsync(packets);
        var healthy = await question.AskAsync("secret", TestContext.Current.CancellationToken);
        await served;
        return healthy;
    }

    // Answers one connection and returns what it was asked.
    private async Task<string> ReceiveAsync(params string[] packets)
    {
        using var client = await _redis.AcceptSocketAsync(TestContext.Current.CancellationToken);
        client.NoDelay = true;
        var buffer = new byte[256];
        var length = await client.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
        foreach (var packet in packets) await client.SendAsync(Encoding.UTF8.GetBytes(packet), TestContext.Current.CancellationToken);
        client.Shutdown(SocketShutdown.Send);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
