using Amazon.SQS.Model;

namespace Sockudo.Server.Queueing.Sqs;

/// <summary>What goes on in the background: sending, receiving, deleting, hiding.</summary>
internal sealed partial class SqsJobQueue
{
    // Why each was refused; what SQS does not take now is sent until it does.
    private async Task<IReadOnlyList<string>> SendAsync(IReadOnlyList<Job> jobs, CancellationToken stopping)
    {
        var refusals = new string[jobs.Count];
        Array.Fill(refusals, "");
        List<int> left = [.. Enumerable.Range(0, jobs.Count)];
        var isOneByOne = false;
        while (true)
        {
            List<int> sent = isOneByOne ? [left[0]] : left;
            try
            {
                var failed = await _client.SendAsync([.. sent.Select(index => jobs[index])], stopping).ConfigureAwait(false);
                foreach (var (index, _) in failed.Where(static one => one.IsRefused)) refusals[sent[index]] = DeadLetterReason.BrokerRefused;
                List<int> again = [.. failed.Where(static one => !one.IsRefused).Select(one => sent[one.Index])];
                left = [.. left.Except(sent).Concat(again).Order()];
                if (left.Count == 0) return refusals;
                if (again.Count == 0) continue;
            }
            catch (BatchRequestTooLongException) when (sent.Count > 1)
            {
                // Quotes became longer than was reckoned with.
                isOneByOne = true;
                continue;
            }
            catch (BatchRequestTooLongException)
            {
                refusals[sent[0]] = DeadLetterReason.TooLarge;
                left.Remove(sent[0]);
                if (left.Count == 0) return refusals;
                continue;
            }
            catch (Exception e) when (SqsClient.IsFailure(e))
            {
                Failed(e);
            }

            await Task.Delay(AfterFailure, _time, stopping).ConfigureAwait(false);
        }
    }

    private async Task ReceiveAsync(CancellationToken stopping)
    {
        while (true)
        {
            await RoomAsync(stopping).ConfigureAwait(false);
            var messages = await _client.ReceiveAsync(stopping).ConfigureAwait(false);
            _isAvailable = true;
            Volatile.Write(ref _isAwayTold, false);
            List<string> tooMany = [];
            List<string> foreign = [];
            foreach (var message in messages)
            {
                if (SqsMessages.Read(message.Body) is not { } job || job.Partition is < 0 or >= JobPartitions.Count)
                {
                    // Not ours, or of a version that writes them otherwise: whoever's it is gets it.
                    foreign.Add(message.ReceiptHandle);
                    continue;
                }

                var received = new SqsJob(this, job, message.ReceiptHandle, Attempts(message.Attributes?.GetValueOrDefault("ApproximateReceiveCount")));
                if (TryReceive(received)) _handler!.Take(received);
                else tooMany.Add(message.ReceiptHandle);
            }

            // They come again after the visibility timeout, when there may be room.
            if (tooMany.Count > 0) await _client.HideAsync(tooMany, (int)_sqs.VisibilityTimeoutSeconds, stopping).ConfigureAwait(false);
            if (foreign.Count > 0) await LeaveAsync(foreign, stopping).ConfigureAwait(false);
        }
    }

    private async Task RoomAsync(CancellationToken stopping)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_received.Count < MostReceived && _receivedBytes < MostReceivedBytes) return;
            }

            await Task.Delay(AfterFailure, _time, stopping).ConfigureAwait(false);
        }
    }

    private bool TryReceive(SqsJob job)
    {
        lock (_gate)
        {
            var count = _byTarget.GetValueOrDefault(job.Lane.Target);
            if (count >= MostOfOneTarget) return false;
            _byTarget[job.Lane.Target] = count + 1;
            _receivedBytes += job.Size;
            return _received.Add(job);
        }
    }

    // Shown to others at once, and not asked for again at once.
    private async Task LeaveAsync(List<string> foreign, CancellationToken stopping)
    {
        if (!_isForeignTold) LogForeign(foreign.Count, _client.QueueName);
        _isForeignTold = true;
        await _client.HideAsync(foreign, seconds: 0, stopping).ConfigureAwait(false);
        await Task.Delay(AfterFailure, _time, stopping).ConfigureAwait(false);
    }

    private async Task DeleteAsync(CancellationToken stopping)
    {
        while (true)
        {
            await _someFinished.WaitAsync(stopping).ConfigureAwait(false);
            while (await DeleteSomeAsync(stopping).ConfigureAwait(false) > 0)
            {
            }
        }
    }

    private async Task<int> DeleteSomeAsync(CancellationToken cancellationToken)
    {
        List<string> receipts;
        lock (_gate) receipts = [.. _finished.Take(MostInABatch)];
        if (receipts.Count == 0) return 0;
        await _client.DeleteAsync(receipts, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            for (var i = 0; i < receipts.Count; i++) _finished.Dequeue();
        }

        return receipts.Count;
    }

    private async Task HideAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(Math.Max(1, _sqs.VisibilityTimeoutSeconds) / 3.0), _time);
        while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false))
        {
            // What could not be deleted when it was finished.
            _someFinished.Release();
            await HideReceivedAsync((int)_sqs.VisibilityTimeoutSeconds, stopping).ConfigureAwait(false);
            Volatile.Write(ref _count, await _client.CountAsync(stopping).ConfigureAwait(false));
        }
    }

    private async Task HideReceivedAsync(int seconds, CancellationToken cancellationToken)
    {
        List<string> receipts;
        lock (_gate) receipts = [.. _received.Select(static job => job.Receipt)];
        foreach (var some in receipts.Chunk(MostInABatch)) await _client.HideAsync(some, seconds, cancellationToken).ConfigureAwait(false);
    }
}
