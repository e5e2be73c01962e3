using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Sockudo.Server.Apps;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Webhooks;

/// <summary>
/// Takes note of what apps want to be told of. Each method is called where the thing happens, in a channel's turn or on a
/// connection's loop: it asks one flag and appends, never waits, evaluates no filter. Bounded by <see cref="Capacity"/> events and
/// <see cref="MaxBytes"/>, of which an app has at most as much as is free: half when it is alone. What comes on top is lost and counted
/// (webhook_events_dropped_total), which takes a batcher that is slower than everything that happens. Apps take turns, an event each; the
/// events of one stay in their order. Thread-safe.
/// </summary>
internal sealed class WebhookEvents(WebhookMetrics metrics, IOptions<WebhookOptions> options, TimeProvider time)
{
    /// <summary>Most events that wait to be batched.</summary>
    public const int Capacity = 100_000;

    /// <summary>Most bytes they may hold.</summary>
    public const long MaxBytes = 64 << 20;

    // Has one element while an event waits.
    private readonly Channel<bool> _some = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly Lock _gate = new(); // guards all below: what is written in the order of its number, and who has how much of it
    private readonly Dictionary<string, Share> _shares = new(StringComparer.Ordinal); // by app: as many as apps
    private readonly Queue<Share> _turns = new(); // the apps that have events, each once
    private int _events;
    private long _bytes;
    private long _sequence;
    private long? _inHand;
    private bool _isClosed;

    /// <summary>Whether there are webhooks at all.</summary>
    public bool IsEnabled { get; } = options.Value.Enabled;

    /// <summary>The place of the last event that was noted.</summary>
    public long Sequence => Volatile.Read(ref _sequence);

    /// <summary>The place of the oldest event that is in no batch yet; null when there is none.</summary>
    public long? OldestUnbatched
    {
        get
        {
            lock (_gate)
            {
                var oldest = _inHand;
                foreach (var share in _turns)
                {
                    var first = share.Waiting.Peek().Sequence;
                    if (oldest is null || first < oldest) oldest = first;
                }

                return oldest;
            }
        }
    }

    /// <summary>How many events wait to be batched.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _events;
        }
    }

    /// <summary>A channel got its first subscription.</summary>
    public void ChannelOccupied(App app, string channel) => Note(app, WebhookEventTypes.ChannelOccupied, channel, userId: null);

    /// <summary>A channel lost its last subscription.</summary>
    public void ChannelVacated(App app, string channel) => Note(app, WebhookEventTypes.ChannelVacated, channel, userId: null);

    /// <summary>A user joined a presence channel.</summary>
    public void MemberAdded(App app, string channel, string userId) => Note(app, WebhookEventTypes.MemberAdded, channel, userId);

    /// <summary>A user left a presence channel.</summary>
    public void MemberRemoved(App app, string channel, string userId) => Note(app, WebhookEventTypes.MemberRemoved, channel, userId);

    /// <summary>A user signed in with its first connection.</summary>
    public void UserOnline(App app, string userId) => Note(app, WebhookEventTypes.UserOnline, channel: null, userId);

    /// <summary>A signed-in user's last connection went.</summary>
    public void UserOffline(App app, string userId) => Note(app, WebhookEventTypes.UserOffline, channel: null, userId);

    /// <summary>A subscriber of a cache channel found no last event.</summary>
    public void CacheMiss(App app, string channel) => Note(app, WebhookEventTypes.CacheMiss, channel, userId: null);

    /// <summary>A channel's number of subscriptions changed.</summary>
    public void SubscriptionCount(App app, string channel, int count)
    {
        const WebhookEventTypes Type = WebhookEventTypes.SubscriptionCount;
        if (Wants(app, Type)) Note(new WebhookEvent(app, Type, Now()) { Channel = channel, Count = count });
    }

    /// <summary>A client sent an event.</summary>
    /// <param name="app">The app.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="name">The event's name.</param>
    /// <param name="data">One JSON value or empty; copied.</param>
    /// <param name="socketId">The sender.</param>
    /// <param name="userId">Whom the sender is on a presence channel.</param>
    public void ClientEvent(App app, string channel, string name, ReadOnlySpan<byte> data, SocketId socketId, string? userId)
    {
        const WebhookEventTypes Type = WebhookEventTypes.ClientEvent;
        if (!Wants(app, Type)) return;
        Note(new WebhookEvent(app, Type, Now()) { Channel = channel, Name = name, Data = data.ToArray(), SocketId = socketId, UserId = userId });
    }

    /// <summary>Waits for an event; false when there will be none any more. For one reader.</summary>
    public ValueTask<bool> WaitAsync() => _some.Reader.WaitToReadAsync();

    /// <summary>Takes the oldest event of the app whose turn it is. The one taken before must be in its batches.</summary>
    public bool TryTake(out WebhookEvent taken)
    {
        lock (_gate)
        {
            _inHand = null;
            if (!_turns.TryDequeue(out var share))
            {
                _some.Reader.TryRead(out _);
                taken = default;
                return false;
            }

            taken = share.Take();
            _inHand = taken.Sequence;
            _events--;
            _bytes -= taken.Size;
            if (share.Waiting.Count > 0) _turns.Enqueue(share);
            return true;
        }
    }

    /// <summary>Nothing more is noted.</summary>
    public void Close()
    {
        lock (_gate) _isClosed = true;
        _some.Writer.TryComplete();
    }

    private void Note(App app, WebhookEventTypes type, string? channel, string? userId)
    {
        if (Wants(app, type)) Note(new WebhookEvent(app, type, Now()) { Channel = channel, UserId = userId });
    }

    private void Note(in WebhookEvent noted)
    {
        metrics.EventNoted(noted.App.Id, noted.Type);
        if (!TryKeep(noted)) metrics.EventDropped(noted.App.Id);
    }

    private bool TryKeep(in WebhookEvent noted)
    {
        lock (_gate)
        {
            if (_isClosed) return false;
            if (!_shares.TryGetValue(noted.App.Id, out var share)) _shares.Add(noted.App.Id, share = new Share());

            // No app has more here than is free: whatever the clients of one do, there is room for what the others have to tell.
            if (share.Waiting.Count >= Capacity - _events || share.Bytes + noted.Size > MaxBytes - _bytes) return false;
            if (share.Waiting.Count == 0) _turns.Enqueue(share);
            share.Add(noted with { Sequence = ++_sequence });
            _events++;
            _bytes += noted.Size;
            _some.Writer.TryWrite(true);
            return true;
        }
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private bool Wants(App app, WebhookEventTypes type) => IsEnabled && app.Webhooks.Want(type);

    /// <summary>What of an app waits to be batched.</summary>
    private sealed class Share
    {
        private const int UsualCapacity = 1024;

        public Queue<WebhookEvent> Waiting { get; private set; } = new();

        public long Bytes { get; private set; }

        public void Add(in WebhookEvent noted)
        {
            Waiting.Enqueue(noted);
            Bytes += noted.Size;
        }

        public WebhookEvent Take()
        {
            var taken = Waiting.Dequeue();
            Bytes -= taken.Size;

            // What a burst took is given back.
            if (Waiting.Count == 0 && Waiting.EnsureCapacity(0) > UsualCapacity) Waiting = new();
            return taken;
        }
    }
}
