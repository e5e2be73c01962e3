using Sockudo.Server.RedisConnections;
using StackExchange.Redis;

namespace Sockudo.Server.Queueing.Redis;

/// <summary>Reading a partition while its lease is held.</summary>
internal sealed partial class RedisPartition
{
    private const int MostKnown = 10_000;

    private async Task ReadAsync(CancellationToken term)
    {
        var isPending = true;
        RedisValue cursor = StreamPosition.Beginning;
        var quietSince = _context.Time.GetTimestamp();
        lock (_gate) _handedOut.Clear();
        await CountAsync(term).ConfigureAwait(false);
        while (true)
        {
            term.ThrowIfCancellationRequested();
            var database = await _context.Link.ConnectedAsync(term).ConfigureAwait(false);
            var entries = await NextAsync(database, isPending ? cursor : ">", term).ConfigureAwait(false);
            if (entries is null)
            {
                // A read whose answer was lost has taken entries: they are pending, and nobody has seen them.
                (isPending, cursor) = (true, StreamPosition.Beginning);
                continue;
            }

            if (isPending)
            {
                isPending = entries.Length > 0;
                if (isPending)
                {
                    cursor = entries[^1].Id;
                    await HandOutPendingAsync(database, entries, term).ConfigureAwait(false);
                }

                continue;
            }

            foreach (var entry in entries) HandOut(entry, attempts: 0, term);
            if (entries.Length > 0)
            {
                quietSince = _context.Time.GetTimestamp();
                continue;
            }

            var isBusy = _context.Time.GetElapsedTime(quietSince) < RedisQueueTiming.IdlePoll * 5;
            await _wake.WaitAsync(isBusy ? RedisQueueTiming.BusyPoll : RedisQueueTiming.IdlePoll, term).ConfigureAwait(false);
        }
    }

    // Whatever went wrong with the counters before (another version, a human), no holder of the lease inherits it.
    private async Task CountAsync(CancellationToken term)
    {
        var begin = 1;
        while (true)
        {
            var database = await _context.Link.ConnectedAsync(term).ConfigureAwait(false);
            try
            {
                var counted = await database.ScriptEvaluateAsync(RedisQueueScripts.Count, [_keys.Jobs, _keys.Room, _keys.DeadRoom], [begin]).WaitAsync(term).ConfigureAwait(false);
                if ((int)counted == 0) return;
                begin = 0;
            }
            catch (Exception e) when (RedisFailure.IsOne(e))
            {
                _context.Link.FailIfBroken(database, e);
                await Task.Delay(RedisQueueTiming.AfterFailure, _context.Time, term).ConfigureAwait(false);
            }
        }
    }

    // Null when it must be asked again.
    private async Task<StreamEntry[]?> NextAsync(IDatabase database, RedisValue position, CancellationToken term)
    {
        try
        {
            return await database.StreamReadGroupAsync(_keys.Jobs, RedisQueueContext.Group, RedisQueueContext.Consumer, position, PageSize).WaitAsync(term).ConfigureAwait(false);
        }
        catch (RedisServerException e) when (e.Message.StartsWith("NOGROUP", StringComparison.Ordinal))
        {
            await CreateGroupAsync(database, term).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (RedisFailure.IsOne(e))
        {
            // The term goes on for as long as the lease does.
            _context.Link.FailIfBroken(database, e);
            await Task.Delay(RedisQueueTiming.AfterFailure, _context.Time, term).ConfigureAwait(false);
            return null;
        }
    }

    private async Task CreateGroupAsync(IDatabase database, CancellationToken term)
    {
        try
        {
            await database.StreamCreateConsumerGroupAsync(_keys.Jobs, RedisQueueContext.Group, StreamPosition.Beginning, createStream: true).WaitAsync(term).ConfigureAwait(false);
        }
        catch (RedisServerException e) when (e.Message.StartsWith("BUSYGROUP", StringComparison.Ordinal))
        {
            // Somebody was quicker.
        }
        catch (Exception e) when (RedisFailure.IsOne(e))
        {
            await Task.Delay(RedisQueueTiming.AfterFailure, _context.Time, term).ConfigureAwait(false);
        }
    }

    private async Task HandOutPendingAsync(IDatabase database, StreamEntry[] entries, CancellationToken term)
    {
        var pending = await database.StreamPendingMessagesAsync(
            _keys.Jobs, RedisQueueContext.Group, entries.Length, RedisQueueContext.Consumer, entries[0].Id, entries[^1].Id).WaitAsync(term).ConfigureAwait(false);
        var handedOut = pending.ToDictionary(static info => info.MessageId.ToString(), static info => info.DeliveryCount, StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            // Each handing out may have been an attempt, this one is not yet.
            HandOut(entry, Math.Max(0, handedOut.GetValueOrDefault(entry.Id.ToString()) - 1), term);
        }
    }

    private void HandOut(StreamEntry entry, int attempts, CancellationToken term)
    {
        var id = entry.Id.ToString();
        lock (_gate)
        {
            if (Settlements.IsFinished(id) || !_handedOut.Add(id)) return;
        }

        if (RedisEntries.Job(entry, _index) is not { } job)
        {
            // Deleted meanwhile, or written by somebody else: nothing can be done with it.
            Finish(id, new JobTarget("", ""), reason: "", attempts);
            return;
        }

        var shared = job with { AppId = Shared(job.AppId), Destination = Shared(job.Destination) };
        _context.Handler!.Take(new RedisJob(this, id, shared, attempts, term));
    }

    // Many jobs have few destinations: their texts are held once.
    private string Shared(string text)
    {
        if (_known.TryGetValue(text, out var known)) return known;
        if (_known.Count >= MostKnown) _known.Clear();
        return _known[text] = text;
    }
}
