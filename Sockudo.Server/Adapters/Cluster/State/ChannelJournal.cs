using Sockudo.Server.Adapters.Cluster.Streams;
using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Server.Channels;
using Sockudo.Server.Protocol;
using Sockudo.Server.Tracing;
using Sockudo.Server.Transport;

namespace Sockudo.Server.Adapters.Cluster.State;

/// <summary>Appends what happens to channels here to the node's streams, in the channels' turns. Thread-safe.</summary>
internal sealed class ChannelJournal(StreamSet streams, ClusterClock clock, bool countsSubscriptions) : IChannelStream
{
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
}
