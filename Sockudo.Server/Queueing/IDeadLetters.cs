namespace Sockudo.Server.Queueing;

/// <summary>A job that was given up.</summary>
/// <param name="Job">The job as it was.</param>
/// <param name="Reason">One of <see cref="DeadLetterReason"/>.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="DiedAt">When it was given up. Unit: milliseconds since 1970.</param>
internal sealed record DeadLetter(Job Job, string Reason, int Attempts, long DiedAt);

/// <summary>
/// Jobs that were given up, for people to look at and to try again. Bounded for each app (<see cref="QueueOptions.MaxDeadLetters"/>):
/// the oldest make room. Thread-safe. A broker that is away makes these throw <see cref="QueueUnavailableException"/>.
/// </summary>
internal interface IDeadLetters
{
    /// <summary>The youngest first.</summary>
    ValueTask<IReadOnlyList<DeadLetter>> ListAsync(string appId, int limit, CancellationToken cancellationToken);

    /// <summary>How many an app has.</summary>
    ValueTask<long> CountAsync(string appId, CancellationToken cancellationToken);

    /// <summary>
    /// Enqueues jobs again, oldest first, with their ids and as if they were new; returns how many. Those the queue has no room for stay
    /// dead letters.
    /// </summary>
    /// <param name="appId">Whose.</param>
    /// <param name="ids">Which; null is all.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    ValueTask<int> ReplayAsync(string appId, IReadOnlySet<string>? ids, CancellationToken cancellationToken);
}
