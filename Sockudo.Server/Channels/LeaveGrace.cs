namespace Sockudo.Server.Channels;

/// <summary>
/// The presence users who went with their last connection and still count as present: one who comes back within the grace causes
/// no member event. Thread-safe. The queue is bounded by what happened within one grace, and each leave was a presence before.
/// </summary>
/// <param name="length">How long the grace is (<c>presence.leave_grace_ms</c>); zero is none at all.</param>
/// <param name="time">The clock it is measured by.</param>
internal sealed class LeaveGrace(TimeSpan length, TimeProvider time)
{
    private readonly Lock _gate = new(); // guards _leaves
    private readonly Queue<(long Began, Channel Channel, string UserId, int Turn)> _leaves = new();

    /// <summary>Whether there is a grace.</summary>
    public bool IsOn => length > TimeSpan.Zero;

    /// <summary>A user's last connection went. Called in the channel's turn; <paramref name="turn"/> says which of the user's leaves it is.</summary>
    public void Begin(Channel channel, string userId, int turn)
    {
        lock (_gate) _leaves.Enqueue((time.GetTimestamp(), channel, userId, turn));
    }

    /// <summary>Ends the graces that are over; returns the channels to be looked at, as they may be empty now.</summary>
    public IReadOnlyList<Channel> EndDue()
    {
        List<(Channel Channel, string UserId, int Turn)> due = [];
        lock (_gate)
        {
            while (_leaves.TryPeek(out var leave) && time.GetElapsedTime(leave.Began) >= length)
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
