using System.Diagnostics.CodeAnalysis;
using Sockudo.Server.Apps;
using Sockudo.Server.Queueing;

namespace Sockudo.Server.Webhooks;

/// <summary>The loop of a lane: try the first job until it is accepted or given up, then the next.</summary>
internal sealed partial class WebhookDeliveries
{
    private enum OutcomeKind
    {
        Delivered,
        Failed,

        /// <summary>There is nobody to deliver it to any more.</summary>
        Pointless,

        /// <summary>The job is not this node's any more.</summary>
        Gone,

        /// <summary>The node stops.</summary>
        CutOff,
    }

    private async Task RunAsync(DeliveryLane lane)
    {
        while (First(lane) is { } job)
        {
            try
            {
                if (job.Revoked.IsCancellationRequested) Remove(lane, job);
                else if (!await DeliverAsync(lane, job).ConfigureAwait(false)) break;
            }
            catch (Exception e)
            {
                // A lane that ended would keep its jobs for ever: the job that cannot be worked on is passed over.
                LogLaneFailed(e, lane.Lane.AppId);
                Remove(lane, job);
            }
        }

        End(lane);
    }

    // False when the lane is to stop for good.
    private async Task<bool> DeliverAsync(DeliveryLane lane, QueuedJob job)
    {
        var outcome = await AttemptAsync(lane, job).ConfigureAwait(false);
        switch (outcome.Kind)
        {
            case OutcomeKind.Delivered:
                if (lane.Failures > 0) LogRecovered(lane.Label, lane.Lane.AppId, lane.Failures);
                lane.Failures = 0;
                Remove(lane, job);
                job.Complete();
                return true;
            case OutcomeKind.Pointless:
                Remove(lane, job);
                job.DeadLetter(outcome.Reason);
                if (!lane.IsPointlessTold) LogPointless(lane.Label, lane.Lane.AppId, outcome.Reason);
                lane.IsPointlessTold = true;
                return true;
            case OutcomeKind.Gone:
                Remove(lane, job);
                return true;
            case OutcomeKind.CutOff:
                return false;
            default:
                return await FailedAsync(lane, job, outcome.Reason).ConfigureAwait(false);
        }
    }

    private async Task<Outcome> AttemptAsync(DeliveryLane lane, QueuedJob job)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(_noRequests.Token, job.Revoked);
        try
        {
            if (await apps.FindByIdAsync(lane.Lane.AppId, ending.Token).ConfigureAwait(false) is not { } app) return new(OutcomeKind.Pointless, DeadLetterReason.AppRemoved);
            if (app.Webhooks.Find(lane.Lane.Destination) is not { } endpoint) return new(OutcomeKind.Pointless, DeadLetterReason.EndpointRemoved);
            await lane.Slots.Free.WaitAsync(ending.Token).ConfigureAwait(false);
            try
            {
                return await SendAsync(app, endpoint, job, ending.Token).ConfigureAwait(false);
            }
            finally
            {
                lane.Slots.Free.Release();
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return new(job.Revoked.IsCancellationRequested ? OutcomeKind.Gone : OutcomeKind.CutOff, "");
        }
        catch (Exception e)
        {
            // The apps' store or the queue's broker is away: as good as an endpoint that does not answer.
            LogAttemptFailed(e, lane.Lane.AppId);
            return new(OutcomeKind.Failed, "the server could not make the request");
        }
    }

    private async Task<Outcome> SendAsync(App app, WebhookEndpoint endpoint, QueuedJob job, CancellationToken cancellationToken)
    {
        if (await job.ReadAsync(cancellationToken).ConfigureAwait(false) is not { } body) return new(OutcomeKind.Gone, "");
        var attempt = job.Attempts + 1;
        var started = time.GetTimestamp();
        var failure = await sender.SendAsync(app, endpoint, job.Id, body, attempt, cancellationToken).ConfigureAwait(false);
        metrics.Attempted(app.Id, isDelivered: failure is null, attempt, time.GetElapsedTime(started).TotalMilliseconds);
        return failure is null ? new(OutcomeKind.Delivered, "") : new(OutcomeKind.Failed, failure);
    }

    private async Task<bool> FailedAsync(DeliveryLane lane, QueuedJob job, string why)
    {
        if (lane.Failures++ == 0) LogFailing(lane.Label, lane.Lane.AppId, why);
        job.Failed();
        var expired = TakeExpired(lane);
        foreach (var one in expired) one.DeadLetter(DeadLetterReason.Expired);
        if (expired.Count > 0) LogGivenUp(expired.Count, lane.Label, lane.Lane.AppId, why);
        if (_noRetries.IsCancellationRequested) return false;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(_noRetries.Token, job.Revoked);
        await Task.Delay(RetrySchedule.Delay(lane.Failures, options.Value), time, waiting.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return true;
    }

    // What has had its time is given up while the endpoint fails: it need not fail once for each of them.
    private List<QueuedJob> TakeExpired(DeliveryLane lane)
    {
        List<QueuedJob> expired = [];
        var now = Now();
        lock (_gate)
        {
            for (var node = lane.Jobs.First; node is not null;)
            {
                var next = node.Next;
                if (RetrySchedule.IsExpired(node.Value.EnqueuedAt, now, options.Value))
                {
                    expired.Add(node.Value);
                    lane.Jobs.Remove(node);
                }

                node = next;
            }
        }

        return expired;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The webhook {Endpoint} of app '{AppId}' fails: {Reason}. It is tried again, and what waits for it keeps its order")]
    private partial void LogFailing(string endpoint, string appId, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The webhook {Endpoint} of app '{AppId}' works again after {Failures} failed attempts")]
    private partial void LogRecovered(string endpoint, string appId, int failures);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} requests to the webhook {Endpoint} of app '{AppId}' were given up and are dead letters: {Reason}")]
    private partial void LogGivenUp(int count, string endpoint, string appId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Requests to the webhook {Endpoint} of app '{AppId}' become dead letters: {Reason}")]
    private partial void LogPointless(string endpoint, string appId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A webhook of app '{AppId}' could not be sent; it is tried again")]
    private partial void LogAttemptFailed(Exception exception, string appId);

    [LoggerMessage(Level = LogLevel.Error, Message = "A webhook of app '{AppId}' could not be worked on and is passed over")]
    private partial void LogLaneFailed(Exception exception, string appId);

    [SuppressMessage("Performance", "CA1815", Justification = "Never compared.")]
    private readonly record struct Outcome(OutcomeKind Kind, string Reason);
}
