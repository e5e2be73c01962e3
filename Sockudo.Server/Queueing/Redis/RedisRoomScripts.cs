namespace Sockudo.Server.Queueing.Redis;

/// <summary>
/// What the scripts share: how much there is of what. The room of a partition is a hash: for each destination its jobs, and under a
/// <c>b</c> in front its bytes; <c>b</c> is the bytes of all. While entries are counted (once after a version that did not count
/// bytes, and with each new holder of the lease, so that no mistake is for ever) <c>from</c> and <c>to</c> are the ids between which they
/// are not counted yet: those are not subtracted either.
/// </summary>
internal static class RedisRoomScripts
{
    /// <summary>What an entry costs beside its texts. Unit: bytes.</summary>
    public const int Overhead = 128;

    /// <summary>The room of jobs. Only commands that the version before needed too: a user may do no other.</summary>
    public const string Room = """
        local function fields(list)
          local of = {}
          for f = 1, #list, 2 do of[list[f]] = list[f+1] end
          return of
        end
        local function size_of(app, to, body) return #app + #to + #body + 128 end
        local function add(room, target, size)
          redis.call('HINCRBY', room, target, 1)
          redis.call('HINCRBY', room, 'b\n' .. target, size)
          redis.call('HINCRBY', room, 'b', size)
        end
        local function remove(room, target, size)
          if redis.call('HINCRBY', room, target, -1) <= 0 then redis.call('HDEL', room, target, 'b\n' .. target)
          elseif redis.call('HINCRBY', room, 'b\n' .. target, -size) < 0 then redis.call('HDEL', room, 'b\n' .. target) end
          if redis.call('HINCRBY', room, 'b', -size) < 0 then redis.call('HDEL', room, 'b') end
        end
        local function refusal(room, target, size, n, jobs, of_one, bytes, bytes_of_one)
          if n >= tonumber(jobs) or tonumber(redis.call('HGET', room, 'b') or '0') + size > tonumber(bytes) then return 'queue_full' end
          if tonumber(redis.call('HGET', room, target) or '0') >= tonumber(of_one)
            or tonumber(redis.call('HGET', room, 'b\n' .. target) or '0') + size > tonumber(bytes_of_one) then return 'destination_full' end
          return ''
        end
        local function put(room, field, id)
          local ms, seq = string.match(id, '(%d+)-(%d+)')
          redis.call('HDEL', room, field .. '_ms', field .. '_seq')
          redis.call('HINCRBY', room, field .. '_ms', ms)
          redis.call('HINCRBY', room, field .. '_seq', seq)
        end
        local function got(room, field)
          local ms = redis.call('HGET', room, field .. '_ms')
          return ms and ms .. '-' .. redis.call('HGET', room, field .. '_seq')
        end
        local function open_room(jobs, room, n)
          if n > 0 and redis.call('HGET', room, 'counted') then return end
          redis.call('DEL', room)
          redis.call('HINCRBY', room, 'counted', 1)
          if n == 0 then return end
          put(room, 'from', '0-0')
          put(room, 'to', redis.call('XREVRANGE', jobs, '+', '-', 'COUNT', 1)[1][1])
        end
        local function is_above(id, other)
          local ms, seq = string.match(id, '(%d+)-(%d+)')
          local other_ms, other_seq = string.match(other, '(%d+)-(%d+)')
          if ms ~= other_ms then return tonumber(ms) > tonumber(other_ms) end
          return tonumber(seq) > tonumber(other_seq)
        end
        local function is_counted(room, id)
          local from = got(room, 'from')
          return not from or not is_above(id, from) or is_above(id, got(room, 'to'))
        end
        local function count_page(jobs, room)
          local from = got(room, 'from')
          if not from then return 0 end
          local page = redis.call('XRANGE', jobs, '(' .. from, got(room, 'to'), 'COUNT', 20)
          if #page == 0 then
            redis.call('HDEL', room, 'from_ms', 'from_seq', 'to_ms', 'to_seq')
            return 0
          end
          for _, entry in ipairs(page) do
            local of = fields(entry[2])
            add(room, (of['app'] or '') .. '\n' .. (of['to'] or ''), size_of(of['app'] or '', of['to'] or '', of['body'] or ''))
          end
          put(room, 'from', page[#page][1])
          return 1
        end

        """;

    /// <summary>Dead letters: their bytes by app in a hash. An app it does not have is counted, from the youngest, to its limit.</summary>
    public const string Dead = """
        local function size_of_dead(entry)
          local size = 128
          for _, text in ipairs(entry[2]) do size = size + #text end
          return size
        end
        local function remove_dead(dead, room, app, entry)
          if redis.call('XDEL', dead, entry[1]) == 0 or not redis.call('HGET', room, app) then return end
          if redis.call('HINCRBY', room, app, -size_of_dead(entry)) <= 0 then redis.call('HDEL', room, app) end
        end
        local function count_dead(dead, room, app, bytes)
          local total, last = 0, '+'
          while true do
            local page = redis.call('XREVRANGE', dead, last, '-', 'COUNT', 20)
            if #page == 0 then break end
            for _, entry in ipairs(page) do
              if total + size_of_dead(entry) > bytes then
                local old = redis.call('XRANGE', dead, '-', entry[1], 'COUNT', 20)
                while #old > 0 do
                  for _, one in ipairs(old) do redis.call('XDEL', dead, one[1]) end
                  old = redis.call('XRANGE', dead, '-', entry[1], 'COUNT', 20)
                end
                redis.call('HINCRBY', room, app, total)
                return
              end
              total = total + size_of_dead(entry)
              last = '(' .. entry[1]
            end
          end
          redis.call('HINCRBY', room, app, total)
        end
        local function add_dead(prefix, room, app, most, bytes, letter)
          local dead = prefix .. app
          bytes = tonumber(bytes)
          if not redis.call('HGET', room, app) and redis.call('XLEN', dead) > 0 then count_dead(dead, room, app, bytes) end
          local size = size_of_dead({'', letter})
          while redis.call('XLEN', dead) > 0 do
            if redis.call('XLEN', dead) < tonumber(most) and tonumber(redis.call('HGET', room, app) or '0') + size <= bytes then break end
            remove_dead(dead, room, app, redis.call('XRANGE', dead, '-', '+', 'COUNT', 1)[1])
          end
          local call = {'XADD', dead, '*'}
          for _, field in ipairs(letter) do call[#call+1] = field end
          redis.call(unpack(call))
          redis.call('HINCRBY', room, app, size)
        end

        """;
}
