using Microsoft.Extensions.Options;
using Sockudo.Server.Apps;
using Sockudo.Server.Channels;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Messaging;

/// <summary>
/// <c>pusher_internal:subscription_count</c> for apps that opted in: at once in small channels, at most once an interval in
/// large ones, whose last change is never swallowed. Thread-safe.
/// </summary>
internal sealed class SubscriptionCountNotifier(IOptions<MessagingOptions> options, TimeProvider time)
{
    private readonly Lock _gate = new(); // guards _throttled
    private readonly Dictionary<Channel, Throttle> _throttled = [];

    /// <summary>Takes note of a new count; called in the channel's turn.</summary>
    public void Changed(App app, ChannelName name, int count, Channel channel)
    {
        if (!app.EnableSubscriptionCount || name.IsPresence || !name.IsOfApp || count == 0) return;
        if (count > options.Value.SubscriptionCountThreshold && !TakeTurn(channel)) return;
        channel.Tell(PusherWriter.SubscriptionCount(name.Value, count));
    }

    /// <summary>Sends what was held back and is due, and forgets channels that are quiet. Called by the sweep.</summary>
    public void SendDue()
    {
        List<Channel> due = [];
        lock (_gate)
        {
            foreach (var (channel, throttle) in _throttled)
            {
                if (time.GetElapsedTime(throttle.SentAt).TotalSeconds >= options.Value.SubscriptionCountInterval) due.Add(channel);
            }

            foreach (var channel in due)
            {
                var wasHeldBack = _throttled[channel].HeldBack;
                _throttled.Remove(channel);
                if (wasHeldBack) _throttled.Add(channel, new Throttle { SentAt = time.GetTimestamp() });
            }

            due.RemoveAll(channel => !_throttled.ContainsKey(channel));
        }

        foreach (var channel in due) channel.TellSubscriptionCount();
    }

    private bool TakeTurn(Channel channel)
    {
        lock (_gate)
        {
            if (_throttled.TryGetValue(channel, out var throttle))
            {
                throttle.HeldBack = true;
                return false;
            }

            _throttled.Add(channel, new Throttle { SentAt = time.GetTimestamp() });
            return true;
        }
    }

    private sealed class Throttle
    {
        public required long SentAt { get; init; }

        public bool HeldBack { get; set; }
    }
}
