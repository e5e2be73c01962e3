using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>
/// A client that checks each event as it comes, so that a long run keeps no events: numbered channels against
/// <see cref="ChannelView"/>, presence channels against <see cref="MemberView"/>. Thread-safe.
/// </summary>
internal abstract class AuditedClient(string userId) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<CloseInfo> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, (ChannelRecord? Record, TaskCompletionSource Done)> _subscribing = [];
    private readonly Dictionary<ChannelRecord, ChannelView> _channels = [];
    private readonly Dictionary<string, ChannelRecord> _records = [];
    private readonly Dictionary<string, MemberView> _rooms = [];
    private readonly List<string> _violations = [];

    /// <summary>Who it is on presence channels, and its name in failures.</summary>
    public string UserId { get; } = userId;

    /// <summary>Completes with the end of the connection; 1006 when no close frame came.</summary>
    public Task<CloseInfo> Closed => _closed.Task;

    public IReadOnlyList<string> Violations => Locked(() => _violations.ToArray());

    public IReadOnlyCollection<ChannelRecord> Channels => Locked(() => _channels.Keys.ToArray());

    public IReadOnlyCollection<string> Rooms => Locked(() => _rooms.Keys.ToArray());

    public Task WatchAsync(ChannelRecord record) => SubscribeAsync(record.Name, record);

    public Task JoinAsync(string room) => SubscribeAsync(room, null);

    public IReadOnlyList<(bool Added, long At)> ChangesOf(string room, string user, long since) =>
        Locked(() => _rooms[room].ChangesOf(user, since));

    /// <summary>Whether it has received everything of a channel that was confirmed by now.</summary>
    public bool IsUpToDate(ChannelRecord record)
    {
        var (generation, confirmed) = (record.Now.Generation, record.Confirmed);
        return Locked(() => _channels[record].Last(generation)) >= confirmed;
    }

    public string[] Members(string room) => Locked(() => _rooms[room].Members.Order(StringComparer.Ordinal).ToArray());

    /// <summary>Events of these channels that were passed over while their records allowed it.</summary>
    public int PassedOver(IEnumerable<ChannelRecord> records) => Locked(() => records.Sum(record => _channels[record].PassedOver));

    /// <summary>What it has not received although its publisher rests; null when nothing is missing.</summary>
    public string? Missing(out int taken)
    {
        lock (_gate)
        {
            var lost = 0;
            var missing = _channels.Select(pair => pair.Value.Missing(pair.Key, ref lost)).OfType<string>().ToArray();
            taken = lost;
            return missing.Length == 0 ? null : $"{UserId} lacks events on {missing.Length} channels: {string.Join("; ", missing.Take(3))}";
        }
    }

    public abstract ValueTask DisposeAsync();

    /// <summary>Sends what subscribes it.</summary>
    protected abstract Task RequestAsync(string channel);

    /// <param name="members">Of a presence channel, who is there.</param>
    protected void TakeConfirmation(string channel, IEnumerable<string>? members)
    {
        lock (_gate)
        {
            if (!_subscribing.Remove(channel, out var subscribing))
            {
                Note(channel, "was confirmed twice");
                return;
            }

            if (subscribing.Record is { } record)
            {
                _records[channel] = record;
                _channels[record] = new ChannelView(record.Now);
            }
            else
            {
                _rooms[channel] = new MemberView(members!);
            }

            subscribing.Done.SetResult();
        }
    }

    protected void TakeMember(string channel, bool added, string user)
    {
        lock (_gate)
        {
            Note(channel, _rooms.TryGetValue(channel, out var room) ? room.Take(added, user) : "a member event before the list");
        }
    }

    protected void TakeEvent(string channel, string name, string data)
    {
        lock (_gate)
        {
            Note(channel, name == "number" && _records.TryGetValue(channel, out var record)
                ? _channels[record].Take(data, record.MayPassOver)
                : $"an event nobody published: {name} {data}");
        }
    }

    protected void TakeViolation(string channel, string violation)
    {
        lock (_gate)
        {
            Note(channel, violation);
        }
    }

    protected void TakeEnd(CloseInfo end) => _closed.TrySetResult(end);

    private async Task SubscribeAsync(string channel, ChannelRecord? record)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _subscribing[channel] = (record, done);
        }

        await RequestAsync(channel);
        await done.Task.WithinAsync($"{UserId}'s subscription of {channel}");
    }

    private void Note(string channel, string? violation)
    {
        if (violation is not null)
        {
            _violations.Add($"{UserId} on {channel}: {violation}");
        }
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}
