namespace Sockudo.Server.Queueing;

/// <summary>One piece of work for one destination, as it is stored. Immutable; carries no secret.</summary>
internal sealed record Job
{
    private const int Overhead = 200;

    /// <summary>Unique; stays the same however often the job is tried, so that a receiver can tell a repetition.</summary>
    public required string Id { get; init; }

    /// <summary>The app it belongs to.</summary>
    public required string AppId { get; init; }

    /// <summary>Where it goes: a URL.</summary>
    public required string Destination { get; init; }

    /// <summary>What must stay in order has one partition: from 0, below <see cref="JobPartitions.Count"/>.</summary>
    public required int Partition { get; init; }

    /// <summary>When it was first enqueued: what it may take until it is given up counts from here. Unit: milliseconds since 1970.</summary>
    public required long EnqueuedAt { get; init; }

    /// <summary>What is delivered.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Its place among what this process has enqueued, for <see cref="IJobQueue.OldestUnstored"/>; is not stored.</summary>
    public long Sequence { get; init; }

    /// <summary>About what it holds in memory. Unit: bytes.</summary>
    public int Size => Overhead + Body.Length + (2 * (Id.Length + AppId.Length + Destination.Length));

    /// <summary>The jobs that are delivered one after another.</summary>
    public JobLane Lane => new(AppId, Destination, Partition);
}

/// <summary>Jobs of one partition that go to one destination: delivered in their order, one at a time.</summary>
internal readonly record struct JobLane(string AppId, string Destination, int Partition)
{
    /// <summary>The destination without the partition.</summary>
    public JobTarget Target => new(AppId, Destination);
}

/// <summary>An app's destination: what may be slow or dead without harm to any other.</summary>
internal readonly record struct JobTarget(string AppId, string Destination);
