using System.Collections.Concurrent;
using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Server.Backplane;

namespace Sockudo.Tests.Cluster;

/// <summary>A broker in the process, for what needs real threads: it hands a message to each subscriber within the publish.</summary>
internal sealed class MemoryBroker
{
    private readonly ConcurrentDictionary<(string Topic, Connection Owner), BackplaneHandler> _subscriptions = new();

    /// <summary>Whether it takes and delivers anything.</summary>
    public volatile bool IsAway;

    /// <summary>The largest message it takes.</summary>
    public int MaxMessageBytes { get; set; } = 1024 * 1024;

    /// <summary>Sees each message that is taken.</summary>
    public Action<string, ReadOnlyMemory<byte>> Seen { get; set; } = static (_, _) => { };

    /// <summary>Whether it takes a message of this kind and delivers it to nobody.</summary>
    public Func<MessageKind, bool> Loses { get; set; } = static _ => false;

    public Connection Connect() => new(this);

    internal sealed class Connection(MemoryBroker broker) : IBackplane
    {
        public event Action<BackplaneState>? StateChanged;

        public int MaxMessageBytes => broker.MaxMessageBytes;

        public string MaxMessageSetting => "the limit of the broker in the process";

        public BackplaneState State => broker.IsAway ? BackplaneState.Disconnected : BackplaneState.Connected;

        public int Reconnects { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask<PublishResult> PublishAsync(string topic, ReadOnlyMemory<byte> message, TimeSpan deadline)
        {
            if (broker.IsAway) return ValueTask.FromResult(PublishResult.NotConnected);
            broker.Seen(topic, message);
            if (broker.Loses((MessageKind)message.Span[6])) return ValueTask.FromResult(PublishResult.Sent);
            foreach (var ((subscribed, _), handler) in broker._subscriptions)
            {
                if (subscribed == topic) handler(message.Span);
            }

            return ValueTask.FromResult(PublishResult.Sent);
        }

        public Task SubscribeAsync(string topic, BackplaneHandler handler, CancellationToken cancellationToken)
        {
            broker._subscriptions[(topic, this)] = handler;
            return Task.CompletedTask;
        }

        public Task UnsubscribeAsync(string topic, CancellationToken cancellationToken)
        {
            broker._subscriptions.TryRemove((topic, this), out _);
            return Task.CompletedTask;
        }

        public void Reconnect(string reason) => Reconnects++;

        /// <summary>Tells the node of the broker's state.</summary>
        public void TellState() => StateChanged?.Invoke(State);

        public ValueTask DisposeAsync()
        {
            foreach (var key in broker._subscriptions.Keys)
            {
                if (key.Owner == this) broker._subscriptions.TryRemove(key, out _);
            }

            return ValueTask.CompletedTask;
        }
    }
}
