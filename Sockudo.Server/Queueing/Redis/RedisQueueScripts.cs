namespace Sockudo.Server.Queueing.Redis;

/// <summary>
/// The scripts, each atomic on one partition. An entry has the fields id, app, to, at, body. A script that has deleted may write though
/// Redis is at its maxmemory: those that make room do so first, or a full Redis could never be emptied.
/// </summary>
internal static class RedisQueueScripts
{
    /// <summary>
    /// Enqueues. KEYS: jobs, room, writer. ARGV: number of this write, most jobs, most of one destination, prefix of dead letters, most
    /// dead letters, now; then of each job id, app, to, at, body. Answers why each was refused, an empty text for those that were not.
    /// </summary>
    public const string Enqueue = """
        if redis.call('GET', KEYS[3]) == ARGV[1] then return {} end
        local n = redis.call('XLEN', KEYS[1])
        if n == 0 then redis.call('DEL', KEYS[2]) end
        local refused = {}
        for i = 7, #ARGV, 5 do
          local target = ARGV[i+1] .. '\n' .. ARGV[i+2]
          local why = ''
          if n >= tonumber(ARGV[2]) then why = 'queue_full'
          elseif tonumber(redis.call('HGET', KEYS[2], target) or '0') >= tonumber(ARGV[3]) then why = 'destination_full' end
          if why == '' then
            redis.call('XADD', KEYS[1], '*', 'id', ARGV[i], 'app', ARGV[i+1], 'to', ARGV[i+2], 'at', ARGV[i+3], 'body', ARGV[i+4])
            redis.call('HINCRBY', KEYS[2], target, 1)
            n = n + 1
          else
            redis.call('XADD', ARGV[4] .. ARGV[i+1], 'MAXLEN', ARGV[5], '*', 'id', ARGV[i], 'app', ARGV[i+1], 'to', ARGV[i+2], 'at', ARGV[i+3],
              'body', ARGV[i+4], 'why', why, 'tries', '0', 'died', ARGV[6])
          end
          refused[#refused+1] = why
        end
        redis.call('SET', KEYS[3], ARGV[1], 'PX', 600000)
        return refused
        """;

    /// <summary>
    /// Settles jobs. KEYS: jobs, room. ARGV: group, consumer, prefix of dead letters, most dead letters, now; then of each entry its id,
    /// app, to, what became of it (empty: delivered; <c>retry</c>: tried once more; else the reason why it was given up), attempts.
    /// </summary>
    public const string Settle = """
        redis.call('DEL', ARGV[3])
        for i = 6, #ARGV, 5 do
          local id, app, to, what, tries = ARGV[i], ARGV[i+1], ARGV[i+2], ARGV[i+3], ARGV[i+4]
          if what == 'retry' then
            redis.pcall('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, id, 'RETRYCOUNT', tonumber(tries) + 1, 'JUSTID')
          else
            if what ~= '' then
              local found = redis.call('XRANGE', KEYS[1], id, id)
              if found[1] then
                local add = {'XADD', ARGV[3] .. app, 'MAXLEN', ARGV[4], '*'}
                for _, field in ipairs(found[1][2]) do add[#add+1] = field end
                for _, field in ipairs({'why', what, 'tries', tries, 'died', ARGV[5]}) do add[#add+1] = field end
                redis.call(unpack(add))
              end
            end
            if redis.call('XDEL', KEYS[1], id) == 1 and redis.call('HINCRBY', KEYS[2], app .. '\n' .. to, -1) <= 0 then
              redis.call('HDEL', KEYS[2], app .. '\n' .. to)
            end
            redis.pcall('XACK', KEYS[1], ARGV[1], id)
          end
        end
        return redis.status_reply('OK')
        """;

    /// <summary>Takes or renews a lease. KEYS: lease, jobs. ARGV: who, how long (ms). Answers the number of jobs, or -1 when another has it.</summary>
    public const string Lease = """
        local holder = redis.call('GET', KEYS[1])
        if holder and holder ~= ARGV[1] then return -1 end
        redis.call('DEL', KEYS[1])
        redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
        return redis.call('XLEN', KEYS[2])
        """;

    /// <summary>Gives a lease back. KEYS: lease. ARGV: who.</summary>
    public const string Release = """
        if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
        return redis.status_reply('OK')
        """;

    /// <summary>Enqueues dead letters again. KEYS: dead, jobs, room. ARGV: now, then the ids of entries. Answers how many there were.</summary>
    public const string Replay = """
        local n = 0
        for i = 2, #ARGV do
          local found = redis.call('XRANGE', KEYS[1], ARGV[i], ARGV[i])
          if found[1] then
            local of = {}
            for f = 1, #found[1][2], 2 do of[found[1][2][f]] = found[1][2][f+1] end
            redis.call('XADD', KEYS[2], '*', 'id', of['id'], 'app', of['app'], 'to', of['to'], 'at', ARGV[1], 'body', of['body'])
            redis.call('HINCRBY', KEYS[3], of['app'] .. '\n' .. of['to'], 1)
            redis.call('XDEL', KEYS[1], ARGV[i])
            n = n + 1
          end
        end
        return n
        """;
}
