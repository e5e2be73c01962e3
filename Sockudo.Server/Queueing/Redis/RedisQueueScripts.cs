namespace Sockudo.Server.Queueing.Redis;

/// <summary>
/// The scripts, each atomic on one partition. An entry has the fields id, app, to, at, body. A script that has deleted may write though
/// Redis is at its maxmemory: those that make room do so first, or a full Redis could never be emptied. How much there is of what stands
/// in the room (<see cref="RedisRoomScripts"/>) and changes with the entry it is about, in the same script: a crash leaves both or neither.
/// </summary>
internal static class RedisQueueScripts
{
    /// <summary>
    /// Enqueues. KEYS: jobs, room, writer, dead letters' room. ARGV: number of this write, the limits (most jobs, most of one destination, most
    /// bytes, most of one destination), prefix of dead letters, most dead letters, most bytes of them, now; then of each job id, app, to,
    /// at, body. Answers why each was refused, an empty text for those that were not.
    /// </summary>
    public const string Enqueue = RedisRoomScripts.Room + RedisRoomScripts.Dead + """
        if redis.call('GET', KEYS[3]) == ARGV[1] then return {} end
        local n = redis.call('XLEN', KEYS[1])
        open_room(KEYS[1], KEYS[2], n)
        local refused = {}
        for i = 10, #ARGV, 5 do
          local app, to, body = ARGV[i+1], ARGV[i+2], ARGV[i+4]
          local size = size_of(app, to, body)
          local why = refusal(KEYS[2], app .. '\n' .. to, size, n, ARGV[2], ARGV[3], ARGV[4], ARGV[5])
          if why == '' then
            redis.call('XADD', KEYS[1], '*', 'id', ARGV[i], 'app', app, 'to', to, 'at', ARGV[i+3], 'body', body)
            add(KEYS[2], app .. '\n' .. to, size)
            n = n + 1
          else
            add_dead(ARGV[6], KEYS[4], app, ARGV[7], ARGV[8],
              {'id', ARGV[i], 'app', app, 'to', to, 'at', ARGV[i+3], 'body', body, 'why', why, 'tries', '0', 'died', ARGV[9]})
          end
          refused[#refused+1] = why
        end
        redis.call('SET', KEYS[3], ARGV[1], 'PX', 600000)
        return refused
        """;

    /// <summary>
    /// Settles jobs. KEYS: jobs, room, dead letters' room. ARGV: group, consumer, prefix of dead letters, most dead letters, most bytes of
    /// them, now; then of each entry its id, app, to, what became of it (empty: delivered; <c>retry</c>: tried once more; else the reason why
    /// it was given up), attempts. Settling an entry twice changes nothing: only who deletes it gives its room back.
    /// </summary>
    public const string Settle = RedisRoomScripts.Room + RedisRoomScripts.Dead + """
        redis.call('DEL', ARGV[3])
        open_room(KEYS[1], KEYS[2], redis.call('XLEN', KEYS[1]))
        for i = 7, #ARGV, 5 do
          local id, app, to, what, tries = ARGV[i], ARGV[i+1], ARGV[i+2], ARGV[i+3], ARGV[i+4]
          if what == 'retry' then
            redis.pcall('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, id, 'RETRYCOUNT', tonumber(tries) + 1, 'JUSTID')
          else
            local found = redis.call('XRANGE', KEYS[1], id, id)
            if found[1] then
              local of = fields(found[1][2])
              if redis.call('XDEL', KEYS[1], id) == 1 and is_counted(KEYS[2], id) then
                remove(KEYS[2], (of['app'] or '') .. '\n' .. (of['to'] or ''), size_of(of['app'] or '', of['to'] or '', of['body'] or ''))
              end
              if what ~= '' then
                local letter = found[1][2]
                for _, field in ipairs({'why', what, 'tries', tries, 'died', ARGV[6]}) do letter[#letter+1] = field end
                add_dead(ARGV[3], KEYS[3], app, ARGV[4], ARGV[5], letter)
              end
            end
            redis.pcall('XACK', KEYS[1], ARGV[1], id)
          end
        end
        if redis.call('XLEN', KEYS[1]) == 0 then redis.call('DEL', KEYS[2]) end
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

    /// <summary>
    /// Enqueues dead letters again, as far as there is room. KEYS: dead, jobs, room, dead letters' room. ARGV: now, app, the limits as for
    /// <see cref="Enqueue"/>, then the ids of entries. Answers of each: 1 when it was enqueued, 0 when there was no room, -1 when it is gone.
    /// </summary>
    public const string Replay = RedisRoomScripts.Room + RedisRoomScripts.Dead + """
        local n = redis.call('XLEN', KEYS[2])
        open_room(KEYS[2], KEYS[3], n)
        local answers, full = {}, {}
        for i = 7, #ARGV do
          local found = redis.call('XRANGE', KEYS[1], ARGV[i], ARGV[i])
          local answer = -1
          if found[1] then
            local of = fields(found[1][2])
            local app, to, body = of['app'] or '', of['to'] or '', of['body'] or ''
            local target = app .. '\n' .. to
            local size = size_of(app, to, body)
            answer = 0
            if not full[target] and refusal(KEYS[3], target, size, n, ARGV[3], ARGV[4], ARGV[5], ARGV[6]) == '' then
              redis.call('XADD', KEYS[2], '*', 'id', of['id'] or '', 'app', app, 'to', to, 'at', ARGV[1], 'body', body)
              add(KEYS[3], target, size)
              remove_dead(KEYS[1], KEYS[4], ARGV[2], found[1])
              n = n + 1
              answer = 1
            else
              full[target] = true
            end
          end
          answers[#answers+1] = answer
        end
        if n == 0 then redis.call('DEL', KEYS[3]) end
        return answers
        """;

    /// <summary>
    /// Counts anew what there is, a page at a time. KEYS: jobs, room, dead letters' room. ARGV: 1 to begin, 0 to go on. Answers 1 when there is more.
    /// </summary>
    public const string Count = RedisRoomScripts.Room + """
        if ARGV[1] == '1' then redis.call('DEL', KEYS[2], KEYS[3]) end
        local n = redis.call('XLEN', KEYS[1])
        if n == 0 then
          redis.call('DEL', KEYS[2])
          return 0
        end
        open_room(KEYS[1], KEYS[2], n)
        return count_page(KEYS[1], KEYS[2])
        """;
}
