using System.Globalization;
using StackExchange.Redis;

namespace Sockudo.Server.Queueing.Redis;

/// <summary>Reads stream entries. What cannot be read is null: an entry somebody else has written. Pure.</summary>
internal static class RedisEntries
{
    /// <summary>The job of an entry.</summary>
    public static Job? Job(StreamEntry entry, int partition)
    {
        string? id = null, app = null, to = null, at = null;
        byte[]? body = null;
        foreach (var field in entry.Values ?? [])
        {
            switch ((string?)field.Name)
            {
                case "id":
                    id = field.Value;
                    break;
                case "app":
                    app = field.Value;
                    break;
                case "to":
                    to = field.Value;
                    break;
                case "at":
                    at = field.Value;
                    break;
                case "body":
                    body = field.Value;
                    break;
            }
        }

        if (id is null || app is null || to is null || body is null || !long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var enqueuedAt)) return null;
        return new Job { Id = id, AppId = app, Destination = to, Partition = partition, EnqueuedAt = enqueuedAt, Body = body };
    }

    /// <summary>The dead letter of an entry.</summary>
    public static DeadLetter? DeadLetter(StreamEntry entry, int partition)
    {
        if (Job(entry, partition) is not { } job) return null;
        _ = int.TryParse(entry["tries"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var attempts);
        _ = long.TryParse(entry["died"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var diedAt);
        return new DeadLetter(job, entry["why"].ToString(), attempts, diedAt);
    }
}
