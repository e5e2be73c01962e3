using Sockudo.Server.Adapters.Cluster.Streams;
using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Server.Channels;
using Sockudo.Server.Protocol;
using Sockudo.Server.Tracing;
using Sockudo.Server.Transport;

namespace Sockudo.Server.Adapters.Cluster.State;

/// <summary>
/// Appends what happens to channels here to the node's streams, in the channels' turns, and keeps the users who are in their
/// grace. Thread-safe. The queue of leaves is bounded by the number of present users: each leave was a presence before.
/// </summary>
internal sealed class ChannelJournal(StreamSet streams, ClusterClock clock, ClusterOptions options, bool countsSubscriptions) : IChannelStream
{
    private readonly Lock _gate = new(); // guards _leaves
    private readonly Queue<(long Due, Channel Channel, string UserId, int Turn)> _leaves = new();

    public TimeSpan LeaveGrace { get; } = TimeSpan.FromMilliseconds(options.LeaveGraceMs);

    public bool CountsSubscriptions => countsSubscriptions;

    public WriteStamp NextStamp() => clock.Next();

    public void SubscriptionsChanged(Channel channel, int here) =>
        streams.TryAppend(channel.App.Id, channel.Name.Value, EntryWriter.Subscriptions(channel.App.Id, channel.Name.Value, here));

    public void MemberPresent(Channel channel, string userId, byte[] userInfo, WriteStamp stamp) =>
        streams.TryAppend(channel.App.Id, channel.Name.Value, EntryWriter.MemberPresent(channel.App.Id, channel.Name.Value, userId, userInfo, stamp));

    public void MemberAbsent(Channel channel, string userId) =>
        streams.TryAppend(channel.App.Id, channel.Name.Value, EntryWriter.MemberAbsent(channel.App.Id, channel.Name.Value, userId));

    public void Published(Channel channel, byte[] frame, SocketId? except, WriteStamp? remembered, ulong idempotencyKey) =>
        streams.TryAppend(channel.App.Id, channel.Name.Value,
            EntryWriter.Event(channel.App.Id, channel.Name.Value, ServerFrame.Payload(frame), except, remembered, idempotencyKey, BusTrace.Start(frame)));

    public void LeaveBegan(Channel channel, string userId, int turn)
    {
        lock (_gate) _leaves.Enqueue((clock.Milliseconds + options.LeaveGraceMs, channel, userId, turn));
    }

    /// <summary>Ends the graces that are over; returns the channels to be looked at, as they may be empty now.</summary>
    public List<Channel> EndLeaves()
    {
        var now = clock.Milliseconds;
        List<(Channel Channel, string UserId, int Turn)> due = [];
        lock (_gate)
        {
            while (_leaves.TryPeek(out var leave) && leave.Due <= now)
            {
                _leaves.Dequeue();
                due.Add((leave.Channel, leave.UserId, leave.Turn));
            }
        }

        // Outside the lock: a channel's turn takes ours.
        foreach (var (channel, userId, turn) in due) channel.EndLeave(userId, turn);
        return due.ConvertAll(static leave => leave.Channel);
    }
}
