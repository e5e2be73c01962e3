using NATS.Client.Core;
using Sockudo.Tests.Infrastructure;
using StackExchange.Redis;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>A foreign client of a broker that hears what the nodes say and says what no node would, by the broker's own library.</summary>
internal abstract class BrokerIntruder : IAsyncDisposable
{
    /// <summary>The longest message that it tries; the broker takes it, and no node ever says so much at once.</summary>
    public abstract int Oversized { get; }

    /// <summary>The next message on a topic.</summary>
    public abstract Task<byte[]> HearAsync(string topic);

    public abstract Task PublishAsync(string topic, byte[] message);

    public abstract ValueTask DisposeAsync();

    /// <summary>On a Redis, a master of sentinels or a Redis Cluster.</summary>
    internal sealed class OnRedis(ConnectionMultiplexer connection) : BrokerIntruder
    {
        public override int Oversized => 3_000_000;

        public static async Task<BrokerIntruder> ConnectAsync(int port, string? password = null) => new OnRedis(
            await ConnectionMultiplexer.ConnectAsync(new ConfigurationOptions { EndPoints = { { "127.0.0.1", port } }, Password = password }));

        public override async Task<byte[]> HearAsync(string topic)
        {
            var heard = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
            await connection.GetSubscriber().SubscribeAsync(RedisChannel.Literal(topic), (_, message) => heard.TrySetResult(message!));
            return await heard.Task.WithinAsync("a message of a node");
        }

        public override Task PublishAsync(string topic, byte[] message) => connection.GetSubscriber().PublishAsync(RedisChannel.Literal(topic), message);

        public override ValueTask DisposeAsync() => connection.DisposeAsync();
    }

    /// <summary>On NATS, which refuses more than 1 MiB itself.</summary>
    internal sealed class OnNats(NatsConnection connection) : BrokerIntruder
    {
        public override int Oversized => 1_000_000;

        public override async Task<byte[]> HearAsync(string topic)
        {
            using var deadline = Deadline.Source();
            await foreach (var message in connection.SubscribeAsync<byte[]>(topic, cancellationToken: deadline.Token))
            {
                return message.Data ?? [];
            }

            throw new InvalidOperationException($"The subscription of {topic} ended.");
        }

        public override async Task PublishAsync(string topic, byte[] message) => await connection.PublishAsync(topic, message);

        public override ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}
